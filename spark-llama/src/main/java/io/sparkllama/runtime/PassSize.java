package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much one pass takes at most. When memory runs out in a pass, it is half of what that pass
 * took, and said so; it is halved once, since what does not fit then will hardly fit in quarters.
 */
final class PassSize {

  private static final Logger LOG = LoggerFactory.getLogger(PassSize.class);

  private final String unit;
  private int most = Integer.MAX_VALUE;

  /**
   * @param unit what is counted, for the log
   */
  PassSize(String unit) {
    this.unit = unit;
  }

  /** The first of what is left that a pass may take. */
  int of(int left) {
    return Math.min(left, most);
  }

  /**
   * Makes a pass, and where memory runs out in it, once more in halves.
   *
   * @param size of the pass
   * @param pass divides itself by {@link #of}
   */
  void run(int size, Runnable pass) {
    try {
      pass.run();
    } catch (EngineException e) {
      if (!halve(size, e)) {
        throw e;
      }
      pass.run();
    }
  }

  private boolean halve(int size, EngineException failure) {
    boolean half = most == Integer.MAX_VALUE && size > 1 && OutOfMemory.in(failure.getCause());
    if (half) {
      most = (size + 1) / 2;
      LOG.warn(
          "The device ran out of memory in a pass of {} {}; passes have at most {} from now on. Use"
              + " fewer slots, or leave it more memory.",
          size,
          unit,
          most);
    }
    return half;
  }
}
