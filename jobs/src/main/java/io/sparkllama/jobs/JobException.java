package io.sparkllama.jobs;

/** A job that cannot run as it was asked for; the message ends with the remedy. */
public final class JobException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Ending ending;

  public JobException(String message) {
    this(Ending.FAILED, message);
  }

  public JobException(Ending ending, String message) {
    super(message);
    this.ending = ending;
  }

  public JobException(String message, Throwable cause) {
    super(message, cause);
    this.ending = Ending.FAILED;
  }

  /** How the command ends. */
  public Ending ending() {
    return ending;
  }
}
