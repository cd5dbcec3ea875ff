package io.sparkllama.jobs.pipeline.state;

import java.util.Locale;

/**
 * How a run ended.
 *
 * @param status in a word
 * @param error why it did not end well; empty if it did
 */
public record Outcome(Status status, String error) {

  /** Ends of a run, each with the exit code of its process. */
  public enum Status {
    DONE(0),
    FAILED(1),
    /** Done; rows that could not be answered are in quarantine, or have no answer. */
    QUARANTINED(3),
    /** The quality gate was not met. */
    REFUSED(4);

    private final int exitCode;

    Status(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }

    /** As tables have it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
