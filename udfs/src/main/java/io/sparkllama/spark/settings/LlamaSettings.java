package io.sparkllama.spark.settings;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.task.LongText;
import java.io.Serializable;
import java.util.Optional;

/**
 * The confs of a session as a plan carries them.
 *
 * @param model path or URI of the model package
 * @param slots rows decoded together
 * @param capacity tokens of a slot; 0 for the engine's choice
 * @param threads native threads; 0 for one a processor
 * @param prefillChunk most prompt tokens in one pass
 * @param batchSize rows of a task in flight
 * @param onError what a row that cannot be answered does
 * @param longText what happens to texts that do not fit; empty for the function's own default
 * @param cacheFolder where remote models are copied; empty for the default
 */
public record LlamaSettings(
    String model,
    int slots,
    int capacity,
    int threads,
    int prefillChunk,
    int batchSize,
    OnError onError,
    LongText longText,
    String cacheFolder)
    implements Serializable {

  /** What a row does that cannot be answered. */
  public enum OnError {
    /** Fails the query. */
    FAIL,
    /** Becomes NULL. */
    NULL
  }

  public EngineOptions engineOptions() {
    return new EngineOptions(slots, capacity, threads, prefillChunk);
  }

  public Optional<LongText> longTextPolicy() {
    return Optional.ofNullable(longText);
  }
}
