package io.sparkllama.runtime;

import io.sparkllama.model.ModelPackage;

/** Opens the decoder that fits a package's graph. */
public final class Decoders {

  private Decoders() {}

  /**
   * Loads the weights and allocates the KV cache.
   *
   * @throws io.sparkllama.errors.EngineException when memory or the graph does not allow it
   */
  public static Decoder open(ModelPackage source, DecoderOptions options) {
    CacheType type = CacheType.of(source, options.attention());
    KvCache.require(source.architecture(), type, options.slots(), options.capacity());
    ServingGraph graph = ServingGraph.read(source, options);
    MemoryNeed need = MemoryNeed.of(source, options, graph);
    MemoryCheck.require(need, options, ProcessMemory.available(need.libraries()));
    return open(
        source,
        options,
        graph,
        ModelSession.open(source.graph().getParent(), graph, options.threads()));
  }

  /** A decoder that owns the session. */
  static Decoder open(
      ModelPackage source, DecoderOptions options, ServingGraph graph, ModelSession session) {
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
