package io.sparkllama.jobs;

/** A job that cannot run as it was asked for; the message ends with the remedy. */
public final class JobException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public JobException(String message) {
    super(message);
  }

  public JobException(String message, Throwable cause) {
    super(message, cause);
  }
}
