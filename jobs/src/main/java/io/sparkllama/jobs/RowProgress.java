package io.sparkllama.jobs;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Says on standard error, every few seconds, how many requests the model has answered; executors
 * report with their heartbeats.
 */
final class RowProgress extends SparkListener {

  private static final String REQUESTS = "requests";
  private static final long SECONDS = 10;

  private final String task;
  private final long start = System.nanoTime();
  private final Map<Long, Long> requestsByTask = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "spark-llama-progress");
            thread.setDaemon(true);
            return thread;
          });

  private RowProgress(String task) {
    this.task = task;
  }

  /** Reports while an action runs. */
  static <T> T during(SparkSession session, String task, Supplier<T> action) {
    RowProgress progress = new RowProgress(task);
    session.sparkContext().addSparkListener(progress);
    Future<?> reports =
        progress.timer.scheduleAtFixedRate(progress::print, SECONDS, SECONDS, TimeUnit.SECONDS);
    try {
      return action.get();
    } finally {
      reports.cancel(true);
      progress.timer.shutdownNow();
      session.sparkContext().removeSparkListener(progress);
    }
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(
            of -> CollectionConverters.asJava(of._4()).forEach(info -> add((Long) of._1(), info)));
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    CollectionConverters.asJava(end.taskInfo().accumulables())
        .forEach(info -> add(end.taskInfo().taskId(), info));
  }

  private void add(long taskId, AccumulableInfo info) {
    if (info.name().contains(REQUESTS) && info.update().isDefined()) {
      requestsByTask.merge(taskId, Long.parseLong(info.update().get().toString()), Math::max);
    }
  }

  private void print() {
    long requests = requestsByTask.values().stream().mapToLong(Long::longValue).sum();
    double seconds = (System.nanoTime() - start) / 1e9;
    System.err.printf(
        "%s: %,d answers in %.0f s (%.1f a second)%n", task, requests, seconds, requests / seconds);
  }
}
