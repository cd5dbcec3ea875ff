package io.sparkllama.spark.engine;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.errors.ModelException;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelLocation;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.spark.settings.DeviceSettings;
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
    DeviceSettings device)
    implements Serializable {

  /** Opens the package on the driver, so that a broken one fails before any task starts. */
  public static EngineSpec of(LlamaSettings settings, Configuration hadoop) {
    CacheSettings cache = cache(settings, hadoop);
    String sha256 = DriverModels.open(settings.model(), cache).sha256();
    return of(settings, ModelLocation.absolute(settings.model()), sha256, cache);
  }

  /**
   * The package of a model as the driver has it. It is read, and its weights are hashed, once.
   *
   * @throws ModelException names the file, what was found and the remedy
   */
  public static ModelPackage packageOf(LlamaSettings settings, Configuration hadoop) {
    return DriverModels.open(settings.model(), cache(settings, hadoop));
  }

  /**
   * Looks on the driver whether a model's package carries an adapter. A file of its own may be on
   * executors only, and a model that cannot be opened here fails when the query starts.
   *
   * @param adapter name, or path of a file
   * @throws io.sparkllama.errors.RequestException when the package has no such adapter
   */
  public static void requireAdapter(LlamaSettings settings, String adapter, Configuration hadoop) {
    if (adapter.isEmpty() || adapter.contains("/") || adapter.endsWith(".onnx_adapter")) {
      return;
    }
    ModelPackage model;
    try {
      model = DriverModels.open(settings.model(), cache(settings, hadoop));
    } catch (ModelException e) {
      return;
    }
    model.requireAdapter(model.adapter(adapter));
  }

  /**
   * For an executor, which is told what the driver saw.
   *
   * @param place of the model, as executors find it
   */
  static EngineSpec of(
      LlamaSettings settings, String place, String modelSha256, Configuration hadoop) {
    return of(settings, place, modelSha256, cache(settings, hadoop));
  }

  private static EngineSpec of(
      LlamaSettings settings, String place, String modelSha256, CacheSettings cache) {
    return new EngineSpec(place, modelSha256, settings.engine(), cache, settings.device());
  }

  /** Most rows in flight of the task that runs on this thread. */
  public int rowsInFlight(LlamaSettings settings) {
    return settings.rowsInFlight(Devices.ofThisProcess().ofTask(device));
  }

  private static CacheSettings cache(LlamaSettings settings, Configuration hadoop) {
    CacheSettings defaults =
        CacheSettings.defaults().withHadoop(settingsFor(settings.model(), hadoop));
    return settings.cacheFolder().isBlank()
        ? defaults
        : defaults.withFolder(settings.cacheFolder());
  }

  /** None for a local folder: there are a thousand, and they travel with every task. */
  private static Map<String, String> settingsFor(String model, Configuration hadoop) {
    Map<String, String> values = new HashMap<>();
    if (ModelLocation.local(model).isEmpty()) {
      hadoop.forEach(entry -> values.put(entry.getKey(), entry.getValue()));
    }
    return values;
  }

  /**
   * What an engine is. The place counts too: packages of the same weights, which the identity is
   * over, may carry other adapters under the same names.
   */
  record Key(String model, String modelSha256, EngineOptions options, ComputeDevice device) {}

  Key key(ComputeDevice actual) {
    return new Key(model, modelSha256, options, actual);
  }
}
