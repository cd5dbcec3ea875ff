package io.sparkllama.task;

import java.util.Locale;

/** What is to be done with source code. */
public enum CodeAction {
  /** What comes next, without what is there. */
  COMPLETE,
  /** What it does, in words. */
  EXPLAIN,
  /** The same without its errors. */
  FIX,
  /** The same with comments. */
  DOCUMENT;

  private static final int NEW_TOKENS = 256;

  /** As calls name it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  int answerTokens(int promptTokens) {
    return switch (this) {
      case COMPLETE, EXPLAIN -> NEW_TOKENS;
      case FIX -> promptTokens + promptTokens / 4 + 32;
      case DOCUMENT -> 2 * promptTokens + 64;
    };
  }
}
