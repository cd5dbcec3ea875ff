package io.sparkllama.runtime;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.onnx.StageBorders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens the decoders that fit a package's graph. */
public final class Decoders {

  private static final int SLOTS_ON_CPU = 16;
  private static final int LONGEST_PASS_ON_CPU = 512;

  /** Several prompts side by side, or as much of one as is worth its memory. */
  private static final int LONGEST_PASS_ON_GPU = 2048;

  private Decoders() {}

  /**
   * Loads the weights and allocates the KV cache; stages, if the graph has any, run as one.
   *
   * @throws io.sparkllama.errors.EngineException when memory, the device or the graph does not
   *     allow it
   */
  public static Decoder open(ModelPackage source, DecoderOptions options) {
    return onCpu(options)
        ? open(source, options, ServingGraph.read(source, options))
        : DeviceDecoders.open(source, options);
  }

  /**
   * How many slots suit a device: on a CPU {@value #SLOTS_ON_CPU}, on a GPU as many as its memory
   * has room for, at most {@value GpuSlots#MOST}.
   *
   * @param options whose own number of slots does not count
   * @return at least 1
   * @throws io.sparkllama.errors.EngineException when the device cannot be used
   */
  public static int slots(ModelPackage source, DecoderOptions options) {
    return options.device() instanceof ComputeDevice.Cuda
        ? GpuSlots.of(source, options)
        : SLOTS_ON_CPU;
  }

  /** The most slots that a device is given where their number is left open. */
  public static int mostSlots(ComputeDevice device) {
    return device instanceof ComputeDevice.Cuda ? GpuSlots.MOST : SLOTS_ON_CPU;
  }

  /** Most prompt tokens in one pass on a device where their number is left open. */
  public static int longestPass(ComputeDevice device) {
    return device instanceof ComputeDevice.Cuda ? LONGEST_PASS_ON_GPU : LONGEST_PASS_ON_CPU;
  }

  private static boolean onCpu(DecoderOptions options) {
    return options.device().equals(ComputeDevice.CPU);
  }

  /**
   * Loads the weights and allocates the KV cache. Of a graph with stages each is loaded for itself,
   * and there is a decoder for each, so that all stages are busy while every decoder has a thread
   * that runs it. Together they have the slots and the threads of the options. Stages after the
   * first are on the GPUs after that of the options.
   *
   * @return at least one
   * @throws io.sparkllama.errors.EngineException when memory, the device or the graph does not
   *     allow it
   */
  public static List<DecoderLane> lanes(ModelPackage source, DecoderOptions options) {
    if (!onCpu(options)) {
      return DeviceDecoders.lanes(source, options);
    }
    ServingGraph graph = ServingGraph.read(source, options);
    int stages = StageBorders.stages(graph.model().getGraph());
    return stages == 1
        ? List.of(new DecoderLane(open(source, options, graph), options.slots()))
        : staged(source, options.ofStage(stages), Math.min(stages, options.slots()));
  }

  private static Decoder open(ModelPackage source, DecoderOptions options, ServingGraph graph) {
    requireRoom(source, options, graph);
    return open(
        source, options, graph, ModelSession.open(folder(source), graph, options.threads()));
  }

  /**
   * @param options slots of all lanes, threads of one stage
   */
  private static List<DecoderLane> staged(ModelPackage source, DecoderOptions options, int lanes) {
    ServingGraph graph = ServingGraph.read(source, options);
    requireRoom(source, options, graph);
    int hiddenSize = source.architecture().hiddenSize();
    List<DecoderLane> opened = new ArrayList<>();
    try (Stages stages =
        Stages.open(folder(source), StageCut.of(graph, hiddenSize), options.threads())) {
      for (int lane = 0; lane < lanes; lane++) {
        DecoderOptions own = options.ofLane(lane, lanes);
        Session session = new StagedSession(stages, hiddenSize, own.mostTokens());
        opened.add(new DecoderLane(open(source, own, graph, session), own.slots()));
      }
    } catch (RuntimeException e) {
      opened.forEach(lane -> lane.decoder().close());
      throw e;
    }
    return List.copyOf(opened);
  }

  private static void requireRoom(ModelPackage source, DecoderOptions options, ServingGraph graph) {
    CacheType type = CacheType.of(source, options.attention());
    KvCache.require(source.architecture(), type, options.slots(), options.capacity());
    MemoryNeed need = MemoryNeed.of(source, options, graph);
    MemoryCheck.require(need, options, ProcessMemory.available(need.libraries()));
  }

  private static Path folder(ModelPackage source) {
    return source.graph().getParent();
  }

  /** A decoder on the CPU that owns the session. */
  static Decoder open(
      ModelPackage source, DecoderOptions options, ServingGraph graph, Session session) {
    NativeMemory memory = new NativeMemory();
    try {
      if (graph.slotAttention()) {
        CacheType type = CacheType.of(source, options.attention());
        return new SlotDecoder(session, memory, source.architecture(), type, options);
      }
      return graph.groupQueryAttention()
          ? new GroupQueryDecoder(session, memory, source.architecture(), options)
          : new LeftPaddedDecoder(session, memory, source.architecture(), options, graph);
    } catch (RuntimeException e) {
      memory.close();
      session.close();
      throw e;
    }
  }
}
