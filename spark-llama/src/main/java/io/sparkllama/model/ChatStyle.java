package io.sparkllama.model;

/** How a conversation is laid out in control tokens. */
public enum ChatStyle {
  /** {@code <|start_header_id|>role<|end_header_id|>\n\ncontent<|eot_id|>}, opened by BOS. */
  LLAMA3,
  /** {@code <|im_start|>role\ncontent<|im_end|>\n}. */
  CHATML
}
