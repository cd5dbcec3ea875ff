package io.sparkllama.jobs.console;

/** Times as people say them. */
public final class Durations {

  private static final double MINUTE = 60;
  private static final double HOUR = 3600;
  private static final double DAY = 86400;

  private Durations() {}

  /** A number of seconds with a unit that suits it. */
  public static String text(double seconds) {
    if (seconds < 2 * MINUTE) {
      return "%.1f s".formatted(seconds);
    }
    if (seconds < 2 * HOUR) {
      return "%.0f min".formatted(seconds / MINUTE);
    }
    return seconds < 2 * DAY
        ? "%.1f h".formatted(seconds / HOUR)
        : "%.1f days".formatted(seconds / DAY);
  }
}
