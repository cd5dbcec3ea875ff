package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.sparkllama.jobs.pipeline.check.StepCall;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.StructType;

/** Answers as texts, in one column whatever their type: a JSON object with the field value. */
final class StepValues {

  /** Times keep their microseconds. */
  private static final Map<String, String> FORMATS =
      Map.of(
          "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
          "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
          "timeZone", "UTC");

  private StepValues() {}

  static Column written(Column value) {
    return to_json(struct(value.as("value")), FORMATS);
  }

  static Column read(StepCall step, Column text) {
    return from_json(text, new StructType().add("value", step.answer()), FORMATS).getField("value");
  }
}
