package io.sparkllama.spark.monitor;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** The last report of each executor that is there. Safe for use by many threads. */
public final class ExecutorReports extends SparkListener {

  private final Map<String, EngineReport> reports = new ConcurrentSkipListMap<>();

  public void add(EngineReport report) {
    reports.put(report.executor(), report);
  }

  public List<EngineReport> reports() {
    return List.copyOf(reports.values());
  }

  /** The engines of all executors. */
  public List<EngineSample> engines() {
    return reports.values().stream().flatMap(report -> report.engines().stream()).toList();
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    reports.remove(removed.executorId());
  }
}
