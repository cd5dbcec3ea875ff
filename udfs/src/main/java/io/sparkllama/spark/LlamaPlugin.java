package io.sparkllama.spark;

import io.sparkllama.spark.engine.Engines;
import io.sparkllama.spark.engine.Preload;
import io.sparkllama.spark.monitor.EngineMetrics;
import io.sparkllama.spark.monitor.EngineReport;
import io.sparkllama.spark.monitor.EngineSampler;
import io.sparkllama.spark.monitor.ExecutorReporter;
import io.sparkllama.spark.monitor.ExecutorReports;
import io.sparkllama.spark.ui.LlamaTab;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Optional, by {@code spark.plugins}: a tab in the Spark UI, engines in Spark's metrics system,
 * engines opened with their executor and closed with it.
 */
public final class LlamaPlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new OnDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new OnExecutor();
  }

  private static final class OnDriver implements DriverPlugin {

    private final ExecutorReports reports = new ExecutorReports();

    @Override
    public Map<String, String> init(SparkContext spark, PluginContext context) {
      spark.addSparkListener(reports);
      if (spark.ui().isDefined()) {
        LlamaTab.attach(spark.ui().get(), reports);
      }
      return Preload.models(spark.conf(), spark.hadoopConfiguration());
    }

    /** All executors together: a driver has sinks that executors do not have, as the servlets. */
    @Override
    public void registerMetrics(String application, PluginContext context) {
      EngineMetrics.register(context.metricRegistry(), "all.", reports::engines);
    }

    @Override
    public Object receive(Object message) {
      if (message instanceof EngineReport report) {
        reports.add(report);
      }
      return null;
    }
  }

  private static final class OnExecutor implements ExecutorPlugin {

    private EngineSampler sampler;

    @Override
    public void init(PluginContext context, Map<String, String> models) {
      Engines engines = Engines.shared();
      Preload.open(
          engines,
          context.conf(),
          SparkHadoopUtil.get().newConfiguration(context.conf()),
          context.resources(),
          models);
      sampler = new EngineSampler(engines, new ExecutorReporter(context));
      EngineMetrics.register(context.metricRegistry(), "", sampler::samples);
      sampler.start();
    }

    @Override
    public void shutdown() {
      sampler.close();
      Engines.shared().close();
    }
  }
}
