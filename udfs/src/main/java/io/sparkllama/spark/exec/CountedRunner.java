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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Puts tasks to an engine and counts them. */
record CountedRunner(TaskRunner runner, RowMetrics metrics) implements Gathering.Asking {

  /** On the device of the task that runs on this thread. */
  static CountedRunner of(EngineSpec engine, LlamaSettings settings, RowMetrics metrics) {
    return new CountedRunner(Engines.shared().runner(engine, settings.promptOrder()), metrics);
  }

  @Override
  public CompletableFuture<TaskAnswer> ask(Task task, TaskInput input, TaskOptions options) {
    metrics.request();
    return Chained.apply(
        runner.submit(task, input, options),
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
