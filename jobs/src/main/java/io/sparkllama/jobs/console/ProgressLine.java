package io.sparkllama.jobs.console;

/**
 * How far something is, for a log.
 *
 * @param name of what is going on
 * @param rows in all
 * @param done rows so far
 * @param tokens read and written so far
 * @param seconds so far
 */
record ProgressLine(String name, long rows, long done, long tokens, double seconds) {

  double tokensPerSecond() {
    return seconds > 0 ? tokens / seconds : 0;
  }

  @Override
  public String toString() {
    String left =
        done == 0 ? "" : ", %s left".formatted(Durations.text(seconds / done * (rows - done)));
    return "%s: %,d of %,d rows (%d %%), %,.0f tokens/s%s"
        .formatted(name, done, rows, 100 * done / rows, tokensPerSecond(), left);
  }
}
