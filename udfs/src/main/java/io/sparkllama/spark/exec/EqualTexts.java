package io.sparkllama.spark.exec;

import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.task.Chained;
import io.sparkllama.task.LongText;
import io.sparkllama.task.Task;
import io.sparkllama.task.TaskAnswer;
import io.sparkllama.task.TaskRunner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Asks once for equal texts that come close to each other. */
final class EqualTexts {

  private final TaskRunner runner;
  private final RowMetrics metrics;
  private final Map<Key, CompletableFuture<TaskAnswer>> recent;

  private record Key(Task task, LongText longText, String text) {}

  /**
   * @param size texts remembered
   */
  EqualTexts(TaskRunner runner, RowMetrics metrics, int size) {
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

  CompletableFuture<TaskAnswer> ask(LlamaCall call, String text) {
    Key key = new Key(call.task(), call.longText(), text);
    CompletableFuture<TaskAnswer> known = recent.get(key);
    if (known != null) {
      metrics.deduplicated();
      return known;
    }
    CompletableFuture<TaskAnswer> answer = submit(key);
    recent.put(key, answer);
    return answer;
  }

  private CompletableFuture<TaskAnswer> submit(Key key) {
    metrics.request();
    return Chained.apply(
        runner.submit(key.task, key.text, key.longText),
        answer -> {
          metrics.answered(answer);
          return answer;
        });
  }
}
