package io.sparkllama.spark.monitor;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sparkllama.engine.EngineLoad;
import io.sparkllama.engine.EngineStats;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Engines in Spark's metrics system: sums over them as counters and gauges. */
public final class EngineMetrics {

  private final MetricRegistry registry;
  private final String prefix;
  private final Supplier<List<EngineSample>> engines;

  private EngineMetrics(
      MetricRegistry registry, String prefix, Supplier<List<EngineSample>> engines) {
    this.registry = registry;
    this.prefix = prefix;
    this.engines = engines;
  }

  /**
   * Adds the metrics.
   *
   * @param prefix of their names
   * @param engines what they are made of, asked each time a sink reads one
   */
  public static void register(
      MetricRegistry registry, String prefix, Supplier<List<EngineSample>> engines) {
    new EngineMetrics(registry, prefix, engines).register();
  }

  private void register() {
    counter("requests", EngineStats::requests);
    counter("rejected", EngineStats::rejected);
    counter("failed", EngineStats::failed);
    counter("cancelled", EngineStats::cancelled);
    counter("promptTokens", EngineStats::promptTokens);
    counter("reusedTokens", EngineStats::reusedTokens);
    counter("generatedTokens", EngineStats::generatedTokens);
    counter("decodeSteps", EngineStats::decodeSteps);
    counter("decodedRows", EngineStats::decodedRows);
    gauge("engines", () -> (double) engines.get().size());
    gauge("slots", () -> load(EngineLoad::slots));
    gauge("slotsInUse", () -> load(EngineLoad::slotsInUse));
    gauge("waiting", () -> load(EngineLoad::waiting));
    gauge("heldTokens", () -> load(EngineLoad::heldTokens));
    gauge("cacheTokens", this::cacheTokens);
    gauge("occupancy", () -> load(EngineLoad::heldTokens) / Math.max(1, cacheTokens()));
    gauge("promptTokensPerSecond", () -> sum(EngineSample::promptTokensPerSecond));
    gauge("generatedTokensPerSecond", () -> sum(EngineSample::generatedTokensPerSecond));
    gauge("memoryBytes", () -> sum(sample -> sample.state().memory()));
  }

  private double cacheTokens() {
    return load(load -> (double) load.slots() * load.capacity());
  }

  private double load(ToDoubleFunction<EngineLoad> number) {
    return sum(sample -> number.applyAsDouble(sample.state().load()));
  }

  private double sum(ToDoubleFunction<EngineSample> number) {
    return engines.get().stream().mapToDouble(number).sum();
  }

  private void gauge(String name, Supplier<Double> number) {
    registry.register(prefix + name, (Gauge<Double>) number::get);
  }

  private void counter(String name, ToLongFunction<EngineStats> count) {
    registry.register(
        prefix + name,
        new Counter() {
          @Override
          public long getCount() {
            return engines.get().stream()
                .mapToLong(sample -> count.applyAsLong(sample.state().stats()))
                .sum();
          }
        });
  }
}
