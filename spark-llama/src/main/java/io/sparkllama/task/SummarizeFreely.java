package io.sparkllama.task;

/** A summary of a length that the model chooses. */
public record SummarizeFreely() implements Writing {

  private static final int ANSWER_TOKENS = 256;

  @Override
  public String name() {
    return "summarize_freely";
  }

  @Override
  public boolean condenses() {
    return true;
  }

  @Override
  public int answerTokens(int promptTokens) {
    return ANSWER_TOKENS;
  }
}
