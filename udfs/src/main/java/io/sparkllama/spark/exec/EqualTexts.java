package io.sparkllama.spark.exec;

import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.task.Task;
import io.sparkllama.task.TaskAnswer;
import io.sparkllama.task.TaskInput;
import io.sparkllama.task.TaskOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.catalyst.InternalRow;

/** Asks once for equal texts and conversations that come close to each other. */
final class EqualTexts {

  private final CountedRunner runner;
  private final RowMetrics metrics;
  private final Map<Key, CompletableFuture<TaskAnswer>> recent;

  private record Key(Task task, TaskOptions options, TaskInput input) {}

  /**
   * @param size texts remembered
   */
  EqualTexts(CountedRunner runner, RowMetrics metrics, int size) {
    this.runner = runner;
    this.metrics = metrics;
    this.recent =
        new LinkedHashMap<>(size, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(
              Map.Entry<Key, CompletableFuture<TaskAnswer>> eldest) {
            return size() > size;
          }
        };
  }

  /**
   * @param row holds the value of the call's input, which is not NULL
   */
  CompletableFuture<TaskAnswer> ask(LlamaCall call, InternalRow row, int ordinal) {
    try {
      TaskInput input = call.inputOf(row, ordinal);
      Key key = new Key(call.spec().task(), call.spec().options(), input);
      CompletableFuture<TaskAnswer> known = recent.get(key);
      if (known != null) {
        metrics.deduplicated();
        return known;
      }
      CompletableFuture<TaskAnswer> answer = runner.ask(key.task, key.input, key.options);
      recent.put(key, answer);
      return answer;
    } catch (RequestException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
