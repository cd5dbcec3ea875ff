package io.sparkllama.spark.functions;

import io.sparkllama.task.Task;
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
    implements Serializable {}
