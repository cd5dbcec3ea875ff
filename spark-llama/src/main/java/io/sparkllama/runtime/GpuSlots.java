package io.sparkllama.runtime;

import io.sparkllama.model.ModelPackage;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/** How many slots suit GPUs, where their number is left open. */
final class GpuSlots {

  /**
   * A step reads the weights and starts the kernels once for all rows. Beyond this, keys and values
   * take most of its time, of which each row has its own.
   */
  static final int MOST = 256;

  private GpuSlots() {}

  /** How many slots the memory of a GPU, or of one for each stage, has room for, at least 1. */
  static int of(ModelPackage source, DecoderOptions options) {
    // Before the graph: a device that cannot be used is the first thing to be told.
    Placement.of(options.device());
    ServingGraph graph = ServingGraph.read(source, options.withSlots(1));
    List<ServingGraph> stages = StageCut.of(graph, source.architecture().hiddenSize());
    return IntStream.range(0, stages.size())
        .map(stage -> of(source, options, stages, stage))
        .min()
        .orElseThrow();
  }

  private static int of(
      ModelPackage source, DecoderOptions options, List<ServingGraph> stages, int stage) {
    ComputeDevice.Cuda device = (ComputeDevice.Cuda) options.device().ofStage(stage);
    long budget = device.budget(CudaSupport.gpu(device.number()).freeBytes());
    ServingGraph graph = stages.get(stage);
    return fitting(
        slots -> need(source, options.withSlots(slots), graph, stages.size()).total(), budget);
  }

  private static MemoryNeed need(
      ModelPackage source, DecoderOptions options, ServingGraph graph, int stages) {
    return stages == 1
        ? MemoryNeed.of(source, options, graph)
        : MemoryNeed.ofStage(source, options, graph, stages);
  }

  /**
   * @param need bytes for a number of slots, more for more
   * @param budget bytes that there are
   */
  static int fitting(IntToLongFunction need, long budget) {
    int slots = MOST;
    while (slots > 1 && need.applyAsLong(slots) > budget) {
      slots--;
    }
    return slots;
  }
}
