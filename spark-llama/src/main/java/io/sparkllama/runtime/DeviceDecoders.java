package io.sparkllama.runtime;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.runtime.device.SessionMemory;
import java.util.OptionalLong;
import java.util.function.IntToLongFunction;

/** Opens decoders whose keys, values and logits lie in the memory of a device. */
final class DeviceDecoders {

  /** A step reads the weights once for all rows; beyond some hundred rows it takes longer. */
  static final int MOST_SLOTS = 128;

  private DeviceDecoders() {}

  /** Looks at the device first, then at the graph, and loads weights only where both suit. */
  static Decoder open(ModelPackage source, DecoderOptions options) {
    Placement.WithMemory placement = Placement.of(options.device());
    DeviceCache.require(source.architecture(), options.slots(), options.capacity());
    ServingGraph graph = ServingGraph.read(source, options);
    MemoryNeed need = MemoryNeed.of(source, options, graph);
    MemoryCheck.require(need, options, available(need, placement));
    ModelSession session =
        ModelSession.open(source.graph().getParent(), graph, options.threads(), placement);
    NativeMemory memory = new NativeMemory();
    try {
      return open(source, options, graph, session, memory, placement);
    } catch (RuntimeException e) {
      memory.close();
      session.close();
      throw e;
    }
  }

  private static Decoder open(
      ModelPackage source,
      DecoderOptions options,
      ServingGraph graph,
      ModelSession session,
      NativeMemory memory,
      Placement.WithMemory placement) {
    SessionMemory device = session.memory(placement.memory());
    try {
      return new DeviceDecoder(
          session, memory, device, source.architecture(), graph.cacheType(), options);
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  private static OptionalLong available(MemoryNeed need, Placement placement) {
    return placement instanceof Placement.OnGpu gpu
        ? OptionalLong.of(gpu.budget())
        : ProcessMemory.available(need.libraries());
  }

  /** How many slots a GPU's memory has room for, at least 1. */
  static int slots(ModelPackage source, DecoderOptions options) {
    ComputeDevice.Cuda device = (ComputeDevice.Cuda) options.device();
    long free = CudaSupport.gpu(device.number()).freeBytes();
    ServingGraph graph = ServingGraph.read(source, options.withSlots(1));
    return slots(
        slots -> MemoryNeed.of(source, options.withSlots(slots), graph).total(),
        device.budget(free));
  }

  /**
   * @param need bytes for a number of slots, more for more
   * @param budget bytes that there are
   */
  static int slots(IntToLongFunction need, long budget) {
    int slots = MOST_SLOTS;
    while (slots > 1 && need.applyAsLong(slots) > budget) {
      slots--;
    }
    return slots;
  }
}
