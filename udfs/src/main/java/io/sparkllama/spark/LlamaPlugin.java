package io.sparkllama.spark;

import io.sparkllama.spark.engine.EngineMetrics;
import io.sparkllama.spark.engine.Engines;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Optional, by {@code spark.plugins}: engine counts in Spark's metrics system, and engines closed
 * with their executor.
 */
public final class LlamaPlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {};
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {
        EngineMetrics.register(context.metricRegistry(), Engines.shared());
      }

      @Override
      public void shutdown() {
        Engines.shared().close();
      }
    };
  }
}
