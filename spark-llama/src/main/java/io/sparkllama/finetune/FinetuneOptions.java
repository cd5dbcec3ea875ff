package io.sparkllama.finetune;

import io.sparkllama.errors.RequestException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * How to train.
 *
 * @param rank rank of the updates, from 1
 * @param alpha the updates are scaled by {@code alpha / rank}
 * @param targets products that are changed; at least one
 * @param learningRate the highest; it rises over the first twentieth of the run and falls to 0
 * @param length when to stop
 * @param batchTokens tokens that one step learns from, at least; from 1
 * @param passTokens most tokens, filling included, that are computed together; decides the memory
 * @param evaluations how often the held-out examples are measured while it runs, from 1
 * @param seed of the first weights and of the order of examples
 * @param threads threads of the arithmetic, from 1
 */
public record FinetuneOptions(
    int rank,
    double alpha,
    Set<LoraTarget> targets,
    double learningRate,
    Length length,
    int batchTokens,
    int passTokens,
    int evaluations,
    long seed,
    int threads) {

  /** The length of a run. */
  public sealed interface Length {}

  /** So many times through all examples. */
  public record Epochs(int count) implements Length {}

  /** So long, measuring included. */
  public record Time(Duration limit) implements Length {}

  /**
   * @throws RequestException for a number outside its range
   */
  public FinetuneOptions {
    targets = Set.copyOf(targets);
    require(rank >= 1, "rank", rank, "at least 1");
    require(alpha > 0, "alpha", alpha, "above 0");
    require(!targets.isEmpty(), "targets", targets, "at least one");
    require(learningRate > 0 && learningRate < 1, "learning rate", learningRate, "between 0 and 1");
    require(batchTokens >= 1, "tokens of a batch", batchTokens, "at least 1");
    require(passTokens >= 1, "tokens of a pass", passTokens, "at least 1");
    require(evaluations >= 1, "evaluations", evaluations, "at least 1");
    require(threads >= 1, "threads", threads, "at least 1");
    if (length instanceof Epochs epochs) {
      require(epochs.count() >= 1, "epochs", epochs.count(), "at least 1");
    }
    if (length instanceof Time time) {
      require(time.limit().toMillis() > 0, "time", time.limit(), "above 0");
    }
  }

  private static void require(boolean right, String what, Object found, String expected) {
    if (!right) {
      throw new RequestException(
          "Invalid %s: found %s, expected %s. Change the option.".formatted(what, found, expected));
    }
  }

  double scale() {
    return alpha / rank;
  }

  Optional<Duration> limit() {
    return length instanceof Time time ? Optional.of(time.limit()) : Optional.empty();
  }
}
