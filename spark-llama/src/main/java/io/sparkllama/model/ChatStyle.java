package io.sparkllama.model;

/**
 * How a conversation is laid out. BOS and EOS are always control tokens; the marks of {@link
 * #LLAMA2} and {@link #ZEPHYR} are text, as those models learned them, so a text of a user that
 * holds them looks like a turn to the model.
 */
public enum ChatStyle {
  /** {@code <|start_header_id|>role<|end_header_id|>\n\ncontent<|eot_id|>}, opened by BOS. */
  LLAMA3,
  /** {@code <|im_start|>role\ncontent<|im_end|>\n}. */
  CHATML,
  /**
   * {@code [INST] <<SYS>>\nsystem\n<</SYS>>\n\nuser [/INST] assistant }, each pair between BOS and
   * EOS.
   */
  LLAMA2,
  /** {@code <|role|>\ncontent}, EOS and a line end. */
  ZEPHYR,
  /** Each content and a blank line, for base models, which know no roles. */
  PLAIN
}
