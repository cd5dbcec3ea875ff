package io.sparkllama.jobs;

import java.util.Locale;

/** Ways in which a command ends, each with the exit code of its process. */
public enum Ending {
  DONE(0),
  FAILED(1),
  WRONG_USAGE(2),
  /** Done, but some rows could not be answered. */
  INCOMPLETE(3),
  /** The quality gate was not met. */
  REFUSED(4),
  /** An audit found answers that differ by more than is allowed. */
  UNEQUAL(6),
  /** Another run of the pipeline is going on. */
  BUSY(5),
  /** By a signal; a process that SIGTERM ended has 143. */
  INTERRUPTED(130),
  /** Found dead by a later run. */
  DIED(137);

  private final int code;

  Ending(int code) {
    this.code = code;
  }

  /** What a failure says of it. */
  public static Ending of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof JobException job) {
        return job.ending();
      }
    }
    return FAILED;
  }

  public int code() {
    return code;
  }

  /** As tables have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
