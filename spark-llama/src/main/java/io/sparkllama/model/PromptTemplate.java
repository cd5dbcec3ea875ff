package io.sparkllama.model;

/**
 * The two messages that put a task to the model.
 *
 * <p>Placeholders in braces ({@code {text}}, {@code {language}}, {@code {max_words}}, ...) are
 * filled once; text that is filled in is never searched for placeholders again.
 *
 * @param version changes whenever the wording or the order of instruction and text changes
 * @param system system message, empty for none
 * @param user user message; holds {@code {text}}
 */
public record PromptTemplate(String version, String system, String user) {

  /** The same with the instruction behind the text, in one message: a version of its own. */
  public PromptTemplate textFirst() {
    return system.isEmpty()
        ? this
        : new PromptTemplate(version + "-text-first", "", user + "\n\n" + system);
  }
}
