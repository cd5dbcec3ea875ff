package io.sparkllama.spark.monitor;

import io.sparkllama.runtime.ProcessMemory;
import io.sparkllama.spark.engine.Devices;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.util.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Sends what an executor's engines do to the driver. */
public final class ExecutorReporter implements Consumer<List<EngineSample>> {

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorReporter.class);

  private final PluginContext context;
  private boolean failed;

  public ExecutorReporter(PluginContext context) {
    this.context = context;
  }

  /** For one thread. A driver that is gone already has nobody who looks. */
  @Override
  public void accept(List<EngineSample> engines) {
    try {
      context.send(
          new EngineReport(
              context.executorID(),
              host(),
              Devices.gpus(context.resources()),
              ProcessMemory.resident().orElse(0),
              engines,
              System.currentTimeMillis()));
    } catch (IOException | RuntimeException e) {
      LOG.atLevel(failed ? Level.DEBUG : Level.WARN)
          .setCause(e)
          .log("Cannot send the state of engines to the driver; the Llama tab does not show them.");
      failed = true;
    }
  }

  /**
   * The context's own name for it is not there on executors, which take no connections; the block
   * manager's is not there while a local session starts.
   */
  private static String host() {
    return Optional.ofNullable(SparkEnv.get().blockManager().blockManagerId())
        .map(BlockManagerId::host)
        .orElseGet(Utils::localHostName);
  }
}
