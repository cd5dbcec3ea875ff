package io.sparkllama.spark.engine;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.spark.settings.DeviceChoice;
import io.sparkllama.spark.settings.LlamaSettings;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Which engine a plan needs.
 *
 * @param model path or URI of the package
 * @param modelSha256 identity of the package that the driver saw
 * @param options the size of the engine
 * @param cache where remote models go
 * @param device what it may run on
 */
public record EngineSpec(
    String model,
    String modelSha256,
    EngineOptions options,
    CacheSettings cache,
    DeviceChoice device)
    implements Serializable {

  /** Opens the package on the driver, so that a broken one fails before any task starts. */
  public static EngineSpec of(LlamaSettings settings, Configuration hadoop) {
    CacheSettings cache = cache(settings, hadoop);
    return of(settings, DriverModels.sha256(settings.model(), cache), cache);
  }

  /** For an executor, which is told what the driver saw. */
  static EngineSpec of(LlamaSettings settings, String modelSha256, Configuration hadoop) {
    return of(settings, modelSha256, cache(settings, hadoop));
  }

  private static EngineSpec of(LlamaSettings settings, String modelSha256, CacheSettings cache) {
    return new EngineSpec(
        settings.model(), modelSha256, settings.engine(), cache, settings.device());
  }

  private static CacheSettings cache(LlamaSettings settings, Configuration hadoop) {
    Map<String, String> values = new HashMap<>();
    hadoop.forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    CacheSettings defaults = CacheSettings.defaults().withHadoop(values);
    return settings.cacheFolder().isBlank()
        ? defaults
        : defaults.withFolder(settings.cacheFolder());
  }

  /** What an engine is, wherever its files came from. */
  record Key(String modelSha256, EngineOptions options, Device device) {}

  Key key(Device actual) {
    return new Key(modelSha256, options, actual);
  }
}
