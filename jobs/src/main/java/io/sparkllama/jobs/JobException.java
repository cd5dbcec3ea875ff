package io.sparkllama.jobs;

/** A job that cannot run as it was asked for; the message ends with the remedy. */
final class JobException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  JobException(String message) {
    super(message);
  }
}
