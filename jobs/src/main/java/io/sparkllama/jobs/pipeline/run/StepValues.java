package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.sparkllama.jobs.pipeline.check.StepCall;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructType;

/** Answers as texts, in one column whatever their type: a JSON object with the field value. */
final class StepValues {

  private StepValues() {}

  static Column written(Column value) {
    return to_json(struct(value.as("value")), JsonTimes.OPTIONS);
  }

  static Column read(StepCall step, Column text) {
    return from_json(text, new StructType().add("value", step.answer()), JsonTimes.OPTIONS)
        .getField("value");
  }
}
