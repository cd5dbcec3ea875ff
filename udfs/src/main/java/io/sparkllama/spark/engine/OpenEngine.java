package io.sparkllama.spark.engine;

import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.task.PromptOrder;
import io.sparkllama.task.TaskRunner;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** An engine with what puts tasks to it. */
final class OpenEngine implements AutoCloseable {

  private static final String USER_OF_URI = "//[^/@]*@";

  private final String model;
  private final LlamaEngine engine;
  private final long memory;
  private final Map<PromptOrder, TaskRunner> runners = new EnumMap<>(PromptOrder.class);

  private OpenEngine(String model, LlamaEngine engine) {
    this.model = model.replaceFirst(USER_OF_URI, "//");
    this.engine = engine;
    this.memory = engine.memory().total();
    for (PromptOrder order : PromptOrder.values()) {
      runners.put(order, new TaskRunner(engine, order));
    }
  }

  /** Loads the model, once it is the one that the driver saw. */
  static OpenEngine open(EngineSpec spec, ComputeDevice device) {
    ModelPackage model = ModelPackages.open(spec.model(), Optional.empty(), spec.cache());
    if (!model.sha256().equals(spec.modelSha256())) {
      throw new ModelException(
          "Cannot use the model %s: found SHA-256 %s on this executor, expected %s as on the driver. Give every machine the same files, and restart the application after changing a model."
              .formatted(spec.model(), model.sha256(), spec.modelSha256()));
    }
    return new OpenEngine(spec.model(), LlamaEngine.open(model, spec.options().withDevice(device)));
  }

  TaskRunner runner(PromptOrder order) {
    return runners.get(order);
  }

  boolean alive() {
    return engine.alive();
  }

  EngineState state() {
    return new EngineState(
        model, engine.model().sha256(), engine.device(), engine.load(), engine.stats(), memory);
  }

  @Override
  public void close() {
    engine.close();
  }
}
