package io.sparkllama.task;

/** What a prompt begins with. Models answer the two orders differently. */
public enum PromptOrder {
  /** The instruction as system message: texts share what the engine has read of it. */
  INSTRUCTION_FIRST,

  /**
   * The text, with the instruction behind it: several tasks over one text share what the engine has
   * read of it.
   */
  TEXT_FIRST
}
