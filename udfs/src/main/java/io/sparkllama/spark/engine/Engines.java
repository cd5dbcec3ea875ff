package io.sparkllama.spark.engine;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.task.PromptOrder;
import io.sparkllama.task.TaskRunner;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The engines of this process. The first task that needs one opens it while others wait; all share
 * it until the process ends.
 */
public final class Engines implements AutoCloseable {

  private static final Engines SHARED = new Engines();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(SHARED::close, "spark-llama-close-engines"));
  }

  private final Map<EngineSpec.Key, Opened> opened = new ConcurrentHashMap<>();
  private final AtomicInteger openings = new AtomicInteger();

  private record Opened(LlamaEngine engine, Map<PromptOrder, TaskRunner> runners) {

    static Opened of(LlamaEngine engine) {
      Map<PromptOrder, TaskRunner> runners = new EnumMap<>(PromptOrder.class);
      for (PromptOrder order : PromptOrder.values()) {
        runners.put(order, new TaskRunner(engine, order));
      }
      return new Opened(engine, runners);
    }
  }

  private Engines() {}

  public static Engines shared() {
    return SHARED;
  }

  /** Puts tasks to the engine of a plan. */
  public TaskRunner runner(EngineSpec spec, PromptOrder order) {
    return opened.computeIfAbsent(spec.key(), key -> open(spec)).runners.get(order);
  }

  /** Engines opened since the process began. */
  public int openings() {
    return openings.get();
  }

  /** Counts of the engine of a plan, if it is open in this process. */
  public Optional<EngineStats> stats(EngineSpec spec) {
    return Optional.ofNullable(opened.get(spec.key())).map(one -> one.engine.stats());
  }

  /** Counts of each engine that is open. */
  public List<EngineStats> stats() {
    return opened.values().stream().map(one -> one.engine.stats()).toList();
  }

  private Opened open(EngineSpec spec) {
    ModelPackage model = ModelPackages.open(spec.model(), Optional.empty(), spec.cache());
    if (!model.sha256().equals(spec.modelSha256())) {
      throw new ModelException(
          "Cannot use the model %s: found SHA-256 %s on this executor, expected %s as on the driver. Give every machine the same files, and restart the application after changing a model."
              .formatted(spec.model(), model.sha256(), spec.modelSha256()));
    }
    LlamaEngine engine = LlamaEngine.open(model, spec.options());
    openings.incrementAndGet();
    return Opened.of(engine);
  }

  /** Closes every engine; tasks that still run fail. */
  @Override
  public void close() {
    opened.values().forEach(one -> one.engine.close());
    opened.clear();
  }
}
