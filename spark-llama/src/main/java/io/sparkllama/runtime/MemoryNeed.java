package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.Architecture;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.onnx.StageBorders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Memory of an engine whose slots are all full: on a GPU the GPU's, else that of the process
 * outside the Java heap.
 *
 * @param weights bytes of the graph and its weights, as they are loaded; on a GPU also of the
 *     adapters that the package carries, which stay there once they have been asked for
 * @param cache bytes of keys and values, and of their copies where a graph needs such
 * @param workspace bytes that a pass needs at most
 * @param libraries bytes of the JVM itself and of native libraries, or of CUDA's on a GPU
 */
public record MemoryNeed(long weights, long cache, long workspace, long libraries) {

  // Peaks less heap, weights, slots and workspace were 105 to 145 MiB.
  private static final long LIBRARIES = 125L << 20;

  /** Kernels and cuBLAS's workspace, beside the arena that has a limit; an estimate. */
  static final long CUDA_LIBRARIES = 512L << 20;

  // A Llama's feed-forward block is 2.7 to 4 times as wide as its hidden state, and a few tensors
  // of both widths live at once; measured with passes of 512 and 2,048 tokens.
  private static final long HIDDEN_STATES_OF_A_TOKEN = 24;

  /** Steps of the graph's own on the way to the sum of exponentials of logits. */
  private static final long MORE_COPIES_OF_LOGITS = 2;

  /** Where logits come in 16 bits, they are there once more. */
  private static final long STORED_LOGITS = 1;

  /** The slots, and the past and the present of a pass, which such a graph does not share. */
  private static final long CACHES_WITHOUT_GROUP_QUERY_ATTENTION = 3;

  /** Scores of attention in steps of their own: scaled, masked, and so on; measured. */
  private static final long COPIES_OF_SCORES = 5;

  public static MemoryNeed of(ModelPackage model, DecoderOptions options) {
    return of(model, options, ServingGraph.read(model, options));
  }

  static MemoryNeed of(ModelPackage model, DecoderOptions options, ServingGraph graph) {
    Architecture numbers = model.architecture();
    long caches = graph.sharesCache() ? 1 : CACHES_WITHOUT_GROUP_QUERY_ATTENTION;
    CacheType type =
        graph.onDevice() ? graph.cacheType() : CacheType.of(model, options.attention());
    return new MemoryNeed(
        files(model)
            + GraphMemory.beside(graph, numbers)
            + (graph.onDevice() ? model.adapterBytes() : 0),
        caches * KvCache.bytes(numbers, type, options.slots(), options.capacity()),
        Float.BYTES * workspaces(numbers, options, graph) + GraphMemory.widened(graph),
        libraries(options));
  }

  /**
   * Of one of several stages, each on a device of its own, through which as many lanes go.
   *
   * @param stage its graph
   * @param stages how many there are
   */
  static MemoryNeed ofStage(
      ModelPackage model, DecoderOptions options, ServingGraph stage, int stages) {
    Architecture numbers = model.architecture();
    long cache =
        KvCache.bytes(numbers, stage.cacheType(), options.slots(), options.capacity())
            * stage.layers()
            / numbers.layers();
    return new MemoryNeed(
        GraphMemory.weights(stage) + GraphMemory.beside(stage, numbers),
        cache,
        Float.BYTES * workspaces(numbers, options, stage, Math.min(stages, options.slots()))
            + GraphMemory.widened(stage),
        libraries(options));
  }

  private static long libraries(DecoderOptions options) {
    return options.device() instanceof ComputeDevice.Cuda ? CUDA_LIBRARIES : LIBRARIES;
  }

  public long total() {
    return weights + cache + workspace + libraries;
  }

  /** In numbers of 4 bytes; stages have passes of several lanes at a time. */
  private static long workspaces(Architecture numbers, DecoderOptions options, ServingGraph graph) {
    int stages = graph.onDevice() ? 1 : StageBorders.stages(graph.model().getGraph());
    return workspaces(numbers, options, graph, Math.min(stages, options.slots()));
  }

  private static long workspaces(
      Architecture numbers, DecoderOptions options, ServingGraph graph, int lanes) {
    return IntStream.range(0, lanes)
        .mapToLong(lane -> workspace(numbers, options.ofLane(lane, lanes), graph))
        .sum();
  }

  private static long workspace(Architecture numbers, DecoderOptions options, ServingGraph graph) {
    long together = graph.slotAttention() || graph.onDevice() ? options.slots() : 1;
    long pass = Math.min(options.longestPass(), together * options.capacity());
    long states = HIDDEN_STATES_OF_A_TOKEN * Math.max(pass, options.slots()) * numbers.hiddenSize();
    if (graph.onDevice()) {
      // Of the type that keys have; elsewhere operators compute in 32 bits.
      states = states * graph.cacheType().bytes() / Float.BYTES;
    }
    long copies = graph.ownNextTokens() ? 1 : 1 + MORE_COPIES_OF_LOGITS;
    copies += graph.onDevice() ? STORED_LOGITS : 0;
    int rows =
        graph.onDevice() ? DeviceLogits.rows(options.slots()) : AskedLogits.rows(options.slots());
    long logits = copies * rows * numbers.vocabularySize();
    return states + logits + scores(numbers, options, graph);
  }

  /**
   * Attention keeps the scores of a pass only where it has no operator that goes block by block.
   */
  private static long scores(Architecture numbers, DecoderOptions options, ServingGraph graph) {
    long ofAToken = (long) numbers.heads() * options.capacity();
    return graph.sharesCache()
        ? 0
        : COPIES_OF_SCORES * ofAToken * Math.min(options.longestPass(), options.capacity());
  }

  private static long files(ModelPackage model) {
    String graph = model.graph().getFileName().toString();
    try (Stream<Path> files = Files.list(model.graph().getParent())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(graph))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new EngineException("Cannot list the files beside " + model.graph() + ".", e);
    }
  }
}
