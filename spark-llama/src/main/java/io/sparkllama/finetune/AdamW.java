package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Adam without weight decay, after gradients have been cut to a norm of 1 together. The rule itself
 * is DJL's.
 */
final class AdamW {

  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;
  private static final double MOST_NORM = 1;

  /** DJL cuts each number of a gradient at it; a negative one cuts none. */
  private static final float NO_CUT = -1;

  private final Map<String, NDArray> weights;
  private final Map<String, NDArray> means = new LinkedHashMap<>();
  private final Map<String, NDArray> squares = new LinkedHashMap<>();
  private int steps;

  AdamW(Map<String, NDArray> weights, NDManager manager) {
    this.weights = weights;
    weights.forEach(
        (name, weight) -> {
          means.put(name, manager.zeros(weight.getShape()));
          squares.put(name, manager.zeros(weight.getShape()));
        });
  }

  /** Changes the weights by their gradients, and sets these to zero. */
  void step(double learningRate) {
    steps++;
    float rescale = (float) Math.min(1, MOST_NORM / (norm(weights.values()) + 1e-6));
    double corrected =
        learningRate * Math.sqrt(1 - Math.pow(BETA2, steps)) / (1 - Math.pow(BETA1, steps));
    weights.forEach(
        (name, weight) -> {
          try (NDArray gradient = weight.getGradient()) {
            weight
                .getNDArrayInternal()
                .adamUpdate(
                    new NDList(weight, gradient, means.get(name), squares.get(name)),
                    new NDList(weight),
                    (float) learningRate,
                    (float) corrected,
                    0,
                    rescale,
                    NO_CUT,
                    BETA1,
                    BETA2,
                    EPSILON,
                    false,
                    true);
          }
        });
  }

  /** Of all gradients as one vector. */
  static double norm(Collection<NDArray> weights) {
    double sum = 0;
    for (NDArray weight : weights) {
      try (NDArray gradient = weight.getGradient();
          NDArray squared = gradient.square();
          NDArray total = squared.sum()) {
        sum += total.getFloat();
      }
    }
    return Math.sqrt(sum);
  }

  /** Running means of the gradients, by the weights' names. */
  Map<String, NDArray> means() {
    return means;
  }

  /** Running means of their squares. */
  Map<String, NDArray> squares() {
    return squares;
  }

  int steps() {
    return steps;
  }

  /** Goes on behind so many steps. */
  void goOn(int done) {
    steps = done;
  }
}
