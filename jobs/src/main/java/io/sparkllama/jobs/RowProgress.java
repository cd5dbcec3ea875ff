package io.sparkllama.jobs;

import io.sparkllama.jobs.pipeline.run.EngineCounts;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * Says on standard error, every few seconds, how many requests the model has answered; executors
 * report with their heartbeats.
 */
final class RowProgress {

  private static final long SECONDS = 10;

  private RowProgress() {}

  /** Reports while an action runs. */
  static <T> T during(SparkSession session, String task, Supplier<T> action) {
    long start = System.nanoTime();
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(RowProgress::thread);
    try (EngineCounts counts =
        EngineCounts.start((org.apache.spark.sql.classic.SparkSession) session, changed -> {})) {
      Future<?> reports =
          timer.scheduleAtFixedRate(
              () -> print(task, counts, start), SECONDS, SECONDS, TimeUnit.SECONDS);
      try {
        return action.get();
      } finally {
        reports.cancel(true);
      }
    } finally {
      timer.shutdownNow();
    }
  }

  private static Thread thread(Runnable reports) {
    Thread thread = new Thread(reports, "spark-llama-progress");
    thread.setDaemon(true);
    return thread;
  }

  private static void print(String task, EngineCounts counts, long start) {
    long requests = counts.now(0, 0).requests();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.err.printf(
        "%s: %,d answers in %.0f s (%.1f a second)%n", task, requests, seconds, requests / seconds);
  }
}
