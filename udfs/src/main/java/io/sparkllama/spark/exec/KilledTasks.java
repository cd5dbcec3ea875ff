package io.sparkllama.spark.exec;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Notices that a task was killed while it waits for the engine. A task can be asked in any Spark,
 * while listeners for it came with Spark 4.2; so one thread of the process asks all that run.
 */
final class KilledTasks {

  private static final long MILLISECONDS_BETWEEN = 100;
  private static final ScheduledThreadPoolExecutor WATCH = watch();

  private KilledTasks() {}

  /**
   * Runs an action on another thread, soon after the task was killed and until it has ended.
   *
   * @param action may run more than once, and must not block
   */
  static void onKill(TaskContext task, Runnable action) {
    ScheduledFuture<?> asking =
        WATCH.scheduleWithFixedDelay(
            () -> {
              if (task.isInterrupted()) {
                action.run();
              }
            },
            MILLISECONDS_BETWEEN,
            MILLISECONDS_BETWEEN,
            TimeUnit.MILLISECONDS);
    task.addTaskCompletionListener((TaskCompletionListener) context -> asking.cancel(false));
  }

  private static ScheduledThreadPoolExecutor watch() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1,
            run -> {
              Thread thread = new Thread(run, "spark-llama-killed-tasks");
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }
}
