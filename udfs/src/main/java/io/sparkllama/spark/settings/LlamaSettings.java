package io.sparkllama.spark.settings;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.task.LongText;
import io.sparkllama.task.PromptOrder;
import java.io.Serializable;
import java.util.Optional;

/**
 * The confs of a session as a plan carries them.
 *
 * @param model path or URI of the model package
 * @param engine the size of an engine
 * @param batchSize rows of a task in flight
 * @param onError what a row that cannot be answered does
 * @param longText what happens to texts that do not fit; empty for the function's own default
 * @param promptOrder what prompts begin with
 * @param device what engines run on
 * @param cacheFolder where remote models are copied; empty for the default
 */
public record LlamaSettings(
    String model,
    EngineOptions engine,
    int batchSize,
    OnError onError,
    LongText longText,
    PromptOrder promptOrder,
    DeviceChoice device,
    String cacheFolder)
    implements Serializable {

  /** What a row does that cannot be answered. */
  public enum OnError {
    /** Fails the query. */
    FAIL,
    /** Becomes NULL. */
    NULL
  }

  public Optional<LongText> longTextPolicy() {
    return Optional.ofNullable(longText);
  }
}
