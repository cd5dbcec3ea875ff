package io.sparkllama.spark.exec;

import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.engine.Engines;
import io.sparkllama.spark.settings.LlamaSettings;
import io.sparkllama.task.Chained;
import io.sparkllama.task.Gathering;
import io.sparkllama.task.Task;
import io.sparkllama.task.TaskAnswer;
import io.sparkllama.task.TaskInput;
import io.sparkllama.task.TaskOptions;
import io.sparkllama.task.TaskRunner;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Puts tasks to an engine and counts them. The engine is opened by the first that needs one: rows
 * that rules answer do not wait for a model.
 */
final class CountedRunner implements Gathering.Asking {

  private final EngineSpec engine;
  private final LlamaSettings settings;
  private final RowMetrics metrics;
  private Optional<TaskRunner> runner = Optional.empty();

  CountedRunner(EngineSpec engine, LlamaSettings settings, RowMetrics metrics) {
    this.engine = engine;
    this.settings = settings;
    this.metrics = metrics;
  }

  /** On the device of the task that runs on the thread which asks first. */
  synchronized TaskRunner runner() {
    TaskRunner open =
        runner.orElseGet(() -> Engines.shared().runner(engine, settings.promptOrder()));
    runner = Optional.of(open);
    return open;
  }

  /**
   * @throws io.sparkllama.errors.RequestException for a blank prompt
   */
  @Override
  public CompletableFuture<TaskAnswer> ask(Task task, TaskInput input, TaskOptions options) {
    Optional<TaskAnswer> free = TaskRunner.withoutModel(task, input);
    if (free.isPresent()) {
      return CompletableFuture.completedFuture(free.get());
    }
    metrics.request();
    return Chained.apply(
        runner().submit(task, input, options),
        answer -> {
          metrics.answered(answer);
          return answer;
        });
  }

  @Override
  public TaskAnswer await(CompletableFuture<TaskAnswer> answer)
      throws ExecutionException, InterruptedException {
    return metrics.await(answer);
  }
}
