package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Tries again what a network has broken off.
 *
 * @param firstWait before the second attempt; doubled for each further one
 */
record Retries(Duration firstWait) {

  private static final int ATTEMPTS = 5;

  /** One attempt. */
  @FunctionalInterface
  interface Attempt<T> {
    /**
     * @throws IOException when trying again may help
     */
    T run() throws IOException;
  }

  /** Tells how much is done, so that attempts that get on do not count. */
  @FunctionalInterface
  interface Done {
    long bytes() throws IOException;
  }

  <T> T run(String what, Attempt<T> attempt) {
    return run(what, attempt, () -> 0);
  }

  /**
   * Runs until an attempt succeeds.
   *
   * @param what is attempted, for the message
   * @throws ModelException after five attempts in a row that did not get on
   */
  <T> T run(String what, Attempt<T> attempt, Done done) {
    long before = -1;
    int failures = 0;
    while (true) {
      try {
        before = done.bytes();
        return attempt.run();
      } catch (IOException e) {
        failures = got(done) > before ? 1 : failures + 1;
        if (failures == ATTEMPTS) {
          throw new ModelException(
              "Failed to %s: %s, %d times in a row. Check the connection and run the command again; it goes on where it was."
                  .formatted(what, e.getMessage(), ATTEMPTS),
              e);
        }
        sleep(failures);
      }
    }
  }

  private static long got(Done done) {
    try {
      return done.bytes();
    } catch (IOException e) {
      return 0;
    }
  }

  private void sleep(int failures) {
    try {
      TimeUnit.MILLISECONDS.sleep(firstWait.toMillis() << (failures - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException(
          "Failed to transfer: interrupted. Run the command again; it goes on where it was.", e);
    }
  }
}
