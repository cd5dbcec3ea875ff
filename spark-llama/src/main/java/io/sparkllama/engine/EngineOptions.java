package io.sparkllama.engine;

/**
 * The size of an engine.
 *
 * @param slots rows that are decoded together, at least 1
 * @param capacity tokens (prompt and answer) that fit one slot; 0 takes the model's context length,
 *     at most {@value #DEFAULT_CAPACITY}
 * @param threads native threads; 0 takes one for each processor
 * @param prefillChunk most prompt tokens in one pass, at least 1
 */
public record EngineOptions(int slots, int capacity, int threads, int prefillChunk) {

  public static final int DEFAULT_CAPACITY = 2048;
  public static final EngineOptions DEFAULTS = new EngineOptions(16, 0, 0, 512);

  public EngineOptions withSlots(int newSlots) {
    return new EngineOptions(newSlots, capacity, threads, prefillChunk);
  }

  public EngineOptions withCapacity(int newCapacity) {
    return new EngineOptions(slots, newCapacity, threads, prefillChunk);
  }

  public EngineOptions withPrefillChunk(int newPrefillChunk) {
    return new EngineOptions(slots, capacity, threads, newPrefillChunk);
  }
}
