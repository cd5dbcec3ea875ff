package io.sparkllama.spark.engine;

import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.spark.settings.LlamaConf;
import io.sparkllama.spark.settings.LlamaSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceInformation;

/**
 * Opens the engines of {@code spark.llama.preload} when an executor starts: the first rows do not
 * wait for them, and an engine that does not fit fails there and not in a task.
 */
public final class Preload {

  private Preload() {}

  /**
   * On the driver: where executors find the models that they are to open, and their identities.
   *
   * @return by the model's name in the conf, its identity and its place with a space between
   * @throws io.sparkllama.errors.LlamaException when a conf or a package is not as it should be
   */
  public static Map<String, String> models(SparkConf conf, Configuration hadoop) {
    Map<String, String> identities = new HashMap<>();
    for (LlamaSettings settings : LlamaConf.preloaded(conf)) {
      EngineSpec spec = EngineSpec.of(settings, hadoop);
      identities.put(settings.model(), spec.modelSha256() + " " + spec.model());
    }
    return identities;
  }

  /**
   * On an executor: opens an engine for each model, on each device that it may use.
   *
   * @param identities what the driver found
   * @throws io.sparkllama.errors.LlamaException when an engine does not fit or run here
   */
  public static void open(
      Engines engines,
      SparkConf conf,
      Configuration hadoop,
      Map<String, ResourceInformation> resources,
      Map<String, String> identities) {
    for (LlamaSettings settings : LlamaConf.preloaded(conf)) {
      String[] found = identities.get(settings.model()).split(" ", 2);
      EngineSpec spec = EngineSpec.of(settings, found[1], found[0], hadoop);
      for (ComputeDevice device :
          Devices.ofThisProcess().among(settings.device(), resources, gpusOfATask(conf))) {
        engines.open(spec, device);
      }
    }
  }

  /** Engines are shared by tasks, so each has the GPUs that a task is given. */
  private static int gpusOfATask(SparkConf conf) {
    return Math.max(1, (int) conf.getDouble("spark.task.resource.gpu.amount", 1));
  }
}
