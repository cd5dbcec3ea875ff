package io.sparkllama.spark.exec;

import io.sparkllama.errors.EngineException;
import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.functions.CallSpec;
import io.sparkllama.task.TaskAnswer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.spark.TaskContext;

/** Turns an answer, or the reason why there is none, into a column's value. */
final class CallResult {

  private final RowMetrics metrics;

  CallResult(RowMetrics metrics) {
    this.metrics = metrics;
  }

  /**
   * @param name of the function, for messages
   */
  Object of(String name, CallSpec call, CompletableFuture<TaskAnswer> answer) {
    try {
      return call.result(metrics.await(answer));
    } catch (ExecutionException e) {
      return failed(name, call, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw killed(e);
    } catch (CancellationException e) {
      throw killed(e);
    }
  }

  /** Spark has an exception of its own for tasks that it kills. */
  static EngineException killed(Exception e) {
    TaskContext.get().killTaskIfInterrupted();
    return new EngineException(
        "Cannot wait for an answer: the task was interrupted. Run it again.", e);
  }

  /** A row's own fault follows the call's policy; an engine's ends the task. */
  private Object failed(String name, CallSpec call, Throwable reason) {
    if (!(reason instanceof RequestException request)) {
      throw new EngineException("Failed to answer: " + reason.getMessage(), reason);
    }
    metrics.error();
    if (call.failsOnError()) {
      throw new RequestException(
          name
              + " could not answer a row. "
              + request.getMessage()
              + " To go on without such rows set spark.llama.onError=null, or say on_error => 'null'"
              + " in the call.",
          request);
    }
    return call.failure(request.getMessage());
  }
}
