package io.sparkllama.task;

/** The number of tokens that a text has in a prompt, control tokens left out; no pass is run. */
public record TokenCount() implements Task {
  @Override
  public String name() {
    return "count_tokens";
  }
}
