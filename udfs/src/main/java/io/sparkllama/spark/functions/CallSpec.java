package io.sparkllama.spark.functions;

import io.sparkllama.task.Task;
import io.sparkllama.task.TaskAnswer;
import io.sparkllama.task.TaskOptions;
import java.io.Serializable;

/**
 * What a call asks and returns, whatever it is asked about.
 *
 * @param task what is asked
 * @param options how it is answered
 * @param type what the answer becomes
 * @param form what is returned of it
 * @param errors what becomes of a row that cannot be answered, in a form that does not hold errors
 */
public record CallSpec(
    Task task, TaskOptions options, AnswerType type, ResultForm form, RowErrors errors)
    implements Serializable {

  /** The column's value for an answer. */
  public Object result(TaskAnswer answer) {
    return form.answered(type, answer);
  }

  /**
   * The column's value for a row that cannot be answered and does not fail the query.
   *
   * @param message why
   */
  public Object failure(String message) {
    return form.holdsErrors() ? form.failed(message) : errors.value().value();
  }

  /** Whether a row that cannot be answered fails the query. */
  public boolean failsOnError() {
    return !form.holdsErrors() && errors.action() == RowErrors.Action.FAIL;
  }
}
