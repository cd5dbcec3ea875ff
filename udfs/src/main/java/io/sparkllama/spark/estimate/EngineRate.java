package io.sparkllama.spark.estimate;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.task.TaskSize;
import java.util.Locale;
import java.util.Optional;

/**
 * How fast an engine has been so far.
 *
 * @param prompts prompt tokens in a second of reading, those that were copied from an earlier
 *     prompt included
 * @param answers generated tokens in a second of decoding; 0 when it has generated too few
 */
record EngineRate(double prompts, double answers) {

  /** Tokens before which a rate says little. */
  private static final int LEAST = 1000;

  static Optional<EngineRate> of(EngineStats stats) {
    return stats.promptTokens() < LEAST || stats.prefillNanos() == 0
        ? Optional.empty()
        : Optional.of(
            new EngineRate(
                stats.promptTokens() * 1e9 / stats.prefillNanos(),
                stats.generatedTokens() < LEAST || stats.decodeNanos() == 0
                    ? 0
                    : stats.generatedTokens() * 1e9 / stats.decodeNanos()));
  }

  /** Time of one such engine; empty when it is not known how fast it generates. */
  Optional<Double> seconds(TaskSize size) {
    return size.mostNewTokens() > 0 && answers == 0
        ? Optional.empty()
        : Optional.of(
            size.promptTokens() / prompts
                + (size.mostNewTokens() == 0 ? 0 : size.mostNewTokens() / answers));
  }

  @Override
  public String toString() {
    return "one engine as in this process so far: %.0f prompt tokens/s%s"
        .formatted(
            prompts,
            answers == 0 ? "" : String.format(Locale.ROOT, ", %.0f new tokens/s", answers));
  }
}
