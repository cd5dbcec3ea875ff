package io.sparkllama.spark.monitor;

import io.sparkllama.runtime.ProcessMemory;
import io.sparkllama.spark.engine.Devices;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends what an executor's engines do to the driver. */
public final class ExecutorReporter implements Consumer<List<EngineSample>> {

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorReporter.class);

  private final PluginContext context;

  public ExecutorReporter(PluginContext context) {
    this.context = context;
  }

  /** The driver may be gone already; then nobody looks. */
  @Override
  public void accept(List<EngineSample> engines) {
    try {
      context.send(
          new EngineReport(
              context.executorID(),
              context.hostname(),
              Devices.gpus(context.resources()),
              ProcessMemory.resident().orElse(0),
              engines,
              System.currentTimeMillis()));
    } catch (IOException | RuntimeException e) {
      LOG.debug("Cannot send the state of engines to the driver.", e);
    }
  }
}
