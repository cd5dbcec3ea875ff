package io.sparkllama.convert.graph;

import io.sparkllama.convert.Device;
import io.sparkllama.convert.Precision;
import io.sparkllama.convert.Storage;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * How a graph is built.
 *
 * @param storage how weights are stored, and for which device
 * @param inputs what is known of the products' inputs
 * @param adapters whether adapters can be applied while it runs
 * @param stages into how many parts of about as many layers each it can be cut, at least 1
 */
public record GraphPlan(Storage storage, ProductInputs inputs, Adapters adapters, int stages) {

  /** Whether products take low-rank updates at run time. */
  public enum Adapters {
    NONE,
    AT_RUN_TIME
  }

  /** 32-bit floats, for a CPU. */
  public static GraphPlan reference() {
    return new GraphPlan(Storage.of(Precision.FP32), ProductInputs.UNKNOWN, Adapters.NONE, 1);
  }

  /**
   * The stage that begins with a layer.
   *
   * @param layers how many there are
   */
  OptionalInt begins(int layer, int layers) {
    return IntStream.range(1, stages)
        .filter(stage -> (long) stage * layers / stages == layer)
        .findFirst();
  }

  /** Type of hidden states, keys and values. */
  public NumberType numbers() {
    if (storage.device() == Device.CPU) {
      return NumberType.FLOAT32;
    }
    return storage.precision() == Precision.BF16 ? NumberType.BFLOAT16 : NumberType.FLOAT16;
  }

  /** Type of weights that are stored as floating-point numbers. */
  NumberType stored() {
    return storage.precision() == Precision.FP16 ? NumberType.FLOAT16 : numbers();
  }
}
