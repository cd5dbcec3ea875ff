package io.sparkllama.spark.monitor;

import io.sparkllama.spark.engine.EngineState;
import java.io.Serializable;

/**
 * An engine now, and its speed since it was looked at before.
 *
 * @param state what it is and does
 * @param promptTokensPerSecond prompt tokens, without those that were reused
 * @param generatedTokensPerSecond tokens of answers
 */
public record EngineSample(
    EngineState state, double promptTokensPerSecond, double generatedTokensPerSecond)
    implements Serializable {

  /** An engine that was not there before: its speed is not known yet. */
  static EngineSample first(EngineState state) {
    return new EngineSample(state, 0, 0);
  }

  static EngineSample after(EngineState before, EngineState now, double seconds) {
    return new EngineSample(
        now,
        (readTokens(now) - readTokens(before)) / seconds,
        (now.stats().generatedTokens() - before.stats().generatedTokens()) / seconds);
  }

  private static long readTokens(EngineState state) {
    return state.stats().promptTokens() - state.stats().reusedTokens();
  }
}
