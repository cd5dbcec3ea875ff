package io.sparkllama.jobs;

import io.sparkllama.errors.LlamaException;

/** Finds what a user needs to know in a chain of exceptions that Spark wraps around it. */
public final class Reasons {

  private Reasons() {}

  public static String of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LlamaException || cause instanceof JobException) {
        return cause.getMessage();
      }
    }
    return "Failed: " + first(failure);
  }

  /** The first line of what was wrong first. */
  public static String first(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return message.lines().findFirst().orElse(root.toString());
  }
}
