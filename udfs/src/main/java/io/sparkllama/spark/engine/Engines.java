package io.sparkllama.spark.engine;

import io.sparkllama.engine.EngineStats;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.task.PromptOrder;
import io.sparkllama.task.TaskRunner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The engines of this process, one for each model, device and size. The first task that needs one
 * has it opened while others wait; all share it until the process ends. An opening that failed, and
 * an engine that has ended, are tried again by the next task.
 */
public final class Engines implements AutoCloseable {

  private static final Engines SHARED = new Engines();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(SHARED::close, "spark-llama-close-engines"));
  }

  private final Map<EngineSpec.Key, Opening> engines = new ConcurrentHashMap<>();
  private final AtomicInteger openings = new AtomicInteger();

  private Engines() {}

  public static Engines shared() {
    return SHARED;
  }

  /** Puts tasks to the engine of a plan, on the device of the task that runs on this thread. */
  public TaskRunner runner(EngineSpec spec, PromptOrder order) {
    ComputeDevice device = Devices.ofThisProcess().ofTask(spec.device());
    return opening(spec, device).await().runner(order);
  }

  /** Opens an engine before a task asks for it, and waits until it is there. */
  void open(EngineSpec spec, ComputeDevice device) {
    opening(spec, device).await();
  }

  private Opening opening(EngineSpec spec, ComputeDevice device) {
    return engines.compute(
        spec.key(device),
        (key, before) ->
            usable(before)
                ? before
                : Opening.start(() -> open(spec, device, Optional.ofNullable(before))));
  }

  private static boolean usable(Opening opening) {
    return opening != null && opening.usable();
  }

  /** What an engine that has ended still holds goes first: two may not fit. */
  private OpenEngine open(EngineSpec spec, ComputeDevice device, Optional<Opening> ended) {
    ended.ifPresent(Opening::close);
    OpenEngine engine = OpenEngine.open(spec, device);
    openings.incrementAndGet();
    return engine;
  }

  /** Engines opened since the process began. */
  public int openings() {
    return openings.get();
  }

  /** Counts of the engine of a plan, if it is open in this process, on the first of its devices. */
  public Optional<EngineStats> stats(EngineSpec spec) {
    return engines.entrySet().stream()
        .filter(entry -> entry.getKey().equals(spec.key(entry.getKey().device())))
        .flatMap(entry -> entry.getValue().opened().stream())
        .map(engine -> engine.state().stats())
        .findFirst();
  }

  /** Each engine that is open. */
  public List<EngineState> states() {
    return engines.values().stream()
        .flatMap(opening -> opening.opened().stream())
        .map(OpenEngine::state)
        .toList();
  }

  /** Counts of each engine that is open. */
  public List<EngineStats> stats() {
    return states().stream().map(EngineState::stats).toList();
  }

  /** Closes every engine; tasks that still run fail. */
  @Override
  public void close() {
    engines.values().forEach(Opening::close);
    engines.clear();
  }
}
