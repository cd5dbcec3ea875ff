package io.sparkllama.spark.engine;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sparkllama.engine.EngineStats;
import java.util.function.ToLongFunction;

/** The counts of an executor's engines as gauges. */
public final class EngineMetrics {

  private EngineMetrics() {}

  public static void register(MetricRegistry registry, Engines engines) {
    gauge(registry, engines, "requests", EngineStats::requests);
    gauge(registry, engines, "promptTokens", EngineStats::promptTokens);
    gauge(registry, engines, "reusedTokens", EngineStats::reusedTokens);
    gauge(registry, engines, "generatedTokens", EngineStats::generatedTokens);
    gauge(registry, engines, "decodeSteps", EngineStats::decodeSteps);
    gauge(registry, engines, "decodedRows", EngineStats::decodedRows);
  }

  private static void gauge(
      MetricRegistry registry, Engines engines, String name, ToLongFunction<EngineStats> count) {
    registry.register(name, (Gauge<Long>) () -> engines.stats().stream().mapToLong(count).sum());
  }
}
