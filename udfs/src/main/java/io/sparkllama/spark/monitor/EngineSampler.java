package io.sparkllama.spark.monitor;

import io.sparkllama.spark.engine.EngineState;
import io.sparkllama.spark.engine.Engines;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks at the engines of this process every few seconds. Safe for use by many threads. */
public final class EngineSampler implements AutoCloseable {

  private static final int SECONDS = 3;
  private static final double NANOS = 1e9;

  private final Engines engines;
  private final Consumer<List<EngineSample>> listener;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "spark-llama-sampler");
            thread.setDaemon(true);
            return thread;
          });
  private volatile List<EngineSample> samples = List.of();
  private long sampledAt = System.nanoTime();
  private boolean quiet = true;

  /**
   * @param listener is told of each look, but not again and again that nothing moves
   */
  public EngineSampler(Engines engines, Consumer<List<EngineSample>> listener) {
    this.engines = engines;
    this.listener = listener;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // goes on until it is closed
  public void start() {
    clock.scheduleAtFixedRate(this::sample, 0, SECONDS, TimeUnit.SECONDS);
  }

  /** The last look. */
  public List<EngineSample> samples() {
    return samples;
  }

  private synchronized void sample() {
    long now = System.nanoTime();
    double seconds = (now - sampledAt) / NANOS;
    List<EngineSample> before = samples;
    samples = engines.states().stream().map(state -> sample(before, state, seconds)).toList();
    sampledAt = now;
    boolean still = still(before, samples);
    if (!still || !quiet) {
      listener.accept(samples);
    }
    quiet = still;
  }

  private static EngineSample sample(List<EngineSample> before, EngineState state, double seconds) {
    return find(before, state)
        .map(known -> EngineSample.after(known.state(), state, seconds))
        .orElseGet(() -> EngineSample.first(state));
  }

  /** An engine that has been opened again begins to count anew. */
  private static Optional<EngineSample> find(List<EngineSample> before, EngineState state) {
    return before.stream()
        .filter(
            sample ->
                sample.state().sameEngine(state)
                    && sample.state().stats().requests() <= state.stats().requests())
        .findFirst();
  }

  private static boolean still(List<EngineSample> before, List<EngineSample> now) {
    return before.stream()
        .map(EngineSample::state)
        .toList()
        .equals(now.stream().map(EngineSample::state).toList());
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
