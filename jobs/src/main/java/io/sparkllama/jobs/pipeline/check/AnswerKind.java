package io.sparkllama.jobs.pipeline.check;

import io.sparkllama.task.Choice;
import io.sparkllama.task.Questions;
import io.sparkllama.task.Task;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** What the answers of a step are, to a reader of their statistics. */
public enum AnswerKind {
  /** One of a few values that are known before the text is. */
  LABEL,
  /** Several of them. */
  LABELS,
  /** What may hold words of the text, and numbers. */
  FREE;

  static AnswerKind of(Task task, DataType answer) {
    if (task instanceof Choice
        && (answer.equals(DataTypes.StringType) || answer.equals(DataTypes.BooleanType))) {
      return LABEL;
    }
    return (task instanceof Choice || task instanceof Questions)
            && answer instanceof ArrayType list
            && list.elementType().equals(DataTypes.StringType)
        ? LABELS
        : FREE;
  }
}
