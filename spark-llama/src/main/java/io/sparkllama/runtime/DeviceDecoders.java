package io.sparkllama.runtime;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.onnx.StageBorders;
import io.sparkllama.runtime.device.SessionMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Opens decoders whose keys, values and logits lie in the memory of devices. */
final class DeviceDecoders {

  private DeviceDecoders() {}

  /** Looks at the device first, then at the graph, and loads weights only where both suit. */
  static Decoder open(ModelPackage source, DecoderOptions options) {
    Placement.WithMemory placement = Placement.of(options.device());
    return open(source, options, ServingGraph.read(source, options), placement);
  }

  private static Decoder open(
      ModelPackage source,
      DecoderOptions options,
      ServingGraph graph,
      Placement.WithMemory placement) {
    DeviceCache.require(source.architecture(), options.slots(), options.capacity());
    requireRoom(MemoryNeed.of(source, options, graph), options, placement);
    ModelSession session = ModelSession.open(folder(source), graph, options.threads(), placement);
    return open(source, options, graph, session, () -> LayerMemory.of(memory(session, placement)));
  }

  private static SessionMemory memory(ModelSession session, Placement.WithMemory placement) {
    SessionMemory memory = session.memory(placement.memory());
    if (memory.memory().apart()) {
      session.passes().load(memory::adapter);
    }
    return memory;
  }

  /** One decoder, or one for each stage of a graph, whose stages are on a device each. */
  static List<DecoderLane> lanes(ModelPackage source, DecoderOptions options) {
    Placement.WithMemory first = Placement.of(options.device());
    ServingGraph graph = ServingGraph.read(source, options);
    int stages = StageBorders.stages(graph.model().getGraph());
    if (stages == 1) {
      return List.of(new DecoderLane(open(source, options, graph, first), options.slots()));
    }
    List<Placement.WithMemory> placements = new ArrayList<>(List.of(first));
    for (int stage = 1; stage < stages; stage++) {
      placements.add(Placement.of(options.device().ofStage(stage)));
    }
    return staged(source, options.ofStage(stages), graph, placements);
  }

  private static List<DecoderLane> staged(
      ModelPackage source,
      DecoderOptions options,
      ServingGraph graph,
      List<Placement.WithMemory> placements) {
    int hiddenSize = source.architecture().hiddenSize();
    List<ServingGraph> cut = StageCut.of(graph, hiddenSize);
    int lanes = Math.min(cut.size(), options.slots());
    requireRoom(source, options, cut, placements);
    List<DecoderLane> opened = new ArrayList<>();
    try (Stages stages = Stages.open(folder(source), cut, options.threads(), placements)) {
      for (int lane = 0; lane < lanes; lane++) {
        DecoderOptions own = options.ofLane(lane, lanes);
        opened.add(new DecoderLane(lane(source, own, graph, stages, placements), own.slots()));
      }
    } catch (RuntimeException e) {
      opened.forEach(lane -> lane.decoder().close());
      throw e;
    }
    return List.copyOf(opened);
  }

  private static Decoder lane(
      ModelPackage source,
      DecoderOptions options,
      ServingGraph graph,
      Stages stages,
      List<Placement.WithMemory> placements) {
    Session session =
        new StagedSession(stages, source.architecture().hiddenSize(), options.mostTokens());
    return open(source, options, graph, session, () -> stages.memory(placements));
  }

  /** A decoder that has made its largest passes; the session is its own, also if that fails. */
  private static Decoder open(
      ModelPackage source,
      DecoderOptions options,
      ServingGraph graph,
      Session session,
      Supplier<LayerMemory> device) {
    DeviceDecoder decoder;
    try {
      decoder = make(source, options, graph, session, device.get());
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
    try {
      decoder.warmUp(options);
      return decoder;
    } catch (RuntimeException e) {
      decoder.close();
      throw e;
    }
  }

  private static DeviceDecoder make(
      ModelPackage source,
      DecoderOptions options,
      ServingGraph graph,
      Session session,
      LayerMemory device) {
    NativeMemory memory = new NativeMemory();
    try {
      return new DeviceDecoder(
          session, memory, device, source.architecture(), graph.cacheType(), options);
    } catch (RuntimeException e) {
      device.close();
      memory.close();
      throw e;
    }
  }

  private static void requireRoom(
      ModelPackage source,
      DecoderOptions options,
      List<ServingGraph> stages,
      List<Placement.WithMemory> placements) {
    DeviceCache.require(source.architecture(), options.slots(), options.capacity());
    for (int stage = 0; stage < stages.size(); stage++) {
      DecoderOptions there = options.on(options.device().ofStage(stage));
      requireRoom(
          MemoryNeed.ofStage(source, there, stages.get(stage), stages.size()),
          there,
          placements.get(stage));
    }
  }

  private static void requireRoom(
      MemoryNeed need, DecoderOptions options, Placement.WithMemory placement) {
    MemoryCheck.require(need, options, available(need, placement));
  }

  private static Path folder(ModelPackage source) {
    return source.graph().getParent();
  }

  private static OptionalLong available(MemoryNeed need, Placement placement) {
    return placement instanceof Placement.OnGpu gpu
        ? OptionalLong.of(gpu.budget())
        : ProcessMemory.available(need.libraries());
  }
}
