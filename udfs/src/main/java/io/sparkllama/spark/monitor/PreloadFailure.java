package io.sparkllama.spark.monitor;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.PluginContext;

/**
 * What an executor tells the driver before it ends, since it could not open an engine.
 *
 * @param executor its id
 * @param reason the error's message
 */
public record PreloadFailure(String executor, String reason) implements Serializable {

  /**
   * From the executor; waits until the driver has it, since the process ends next.
   *
   * @param failure gets what keeps the message from the driver
   */
  public static void tell(PluginContext context, RuntimeException failure) {
    try {
      context.ask(new PreloadFailure(context.executorID(), failure.getMessage()));
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * On the driver: ends the jobs that wait for executors, with the reason. A standalone cluster
   * starts executors again and again, and jobs would wait for ever.
   */
  public void endJobs(SparkContext spark) {
    String why = "Cannot run the job: executor " + executor + " has no engine. " + reason;
    for (int job : spark.statusTracker().getActiveJobIds()) {
      spark.cancelJob(job, why);
    }
  }
}
