package io.sparkllama.spark.functions;

import io.sparkllama.task.Task;
import java.util.Optional;

/**
 * What a call asks for.
 *
 * @param task of the model
 * @param type of the answer
 * @param form what is returned of it
 * @param model path or URI of another model than the session's, where the call's own arguments name
 *     one
 */
record Asked(Task task, AnswerType type, ResultForm form, Optional<String> model) {

  /** The answer's value, by the session's model. */
  Asked(Task task, AnswerType type) {
    this(task, type, ResultForm.VALUE, Optional.empty());
  }

  Asked in(ResultForm newForm) {
    return new Asked(task, type, newForm, model);
  }
}
