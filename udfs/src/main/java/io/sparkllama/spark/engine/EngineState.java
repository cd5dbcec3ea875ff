package io.sparkllama.spark.engine;

import io.sparkllama.engine.EngineLoad;
import io.sparkllama.engine.EngineStats;
import io.sparkllama.runtime.ComputeDevice;
import java.io.Serializable;

/**
 * An engine as it is at one moment.
 *
 * @param model path or URI of its package, without the user and password that a URI may have
 * @param modelSha256 identity of the package
 * @param device where it computes
 * @param load what it does
 * @param stats what it has done
 * @param memory bytes outside the Java heap that it takes when all slots are full
 */
public record EngineState(
    String model,
    String modelSha256,
    ComputeDevice device,
    EngineLoad load,
    EngineStats stats,
    long memory)
    implements Serializable {

  /** Whether both are one engine at two moments. */
  public boolean sameEngine(EngineState other) {
    return modelSha256.equals(other.modelSha256)
        && device.equals(other.device)
        && load.slots() == other.load.slots()
        && load.capacity() == other.load.capacity();
  }
}
