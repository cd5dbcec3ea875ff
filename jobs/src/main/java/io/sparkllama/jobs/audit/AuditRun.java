package io.sparkllama.jobs.audit;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.pipeline.check.PipelineCheck;
import io.sparkllama.jobs.pipeline.check.StepCall;
import io.sparkllama.jobs.pipeline.definition.Audit;
import io.sparkllama.jobs.pipeline.definition.NearNames;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** Asks the model about every prompt of an audit. */
final class AuditRun {

  private static final String NUMBER = "number";
  private static final String TEXT = "text";

  private AuditRun() {}

  /**
   * @throws JobException for a function that is unknown, or whose answers are no labels
   */
  static List<Answered> answers(SparkSession session, Audit audit) {
    List<Prompt> prompts = Prompt.of(audit);
    List<Row> rows =
        IntStream.range(0, prompts.size())
            .mapToObj(i -> RowFactory.create(i, prompts.get(i).text()))
            .toList();
    Dataset<Row> texts =
        session.createDataFrame(rows, new StructType().add(NUMBER, "int").add(TEXT, "string"));
    Dataset<Row> labels = labels(audit, texts);
    return labels.selectExpr(NUMBER, "CAST(label AS STRING)", "error").collectAsList().stream()
        .map(
            row ->
                new Answered(
                    prompts.get(row.getInt(0)),
                    Optional.ofNullable(row.getString(1)),
                    Optional.ofNullable(row.getString(2))))
        .toList();
  }

  /** Columns number, label and error. */
  private static Dataset<Row> labels(Audit audit, Dataset<Row> texts) {
    requireKnown(audit, "function", audit.asked());
    String asked = StepCall.sql(audit.asked().over(TEXT));
    if (audit.label().isEmpty()) {
      requireLabels(audit, "function", audit.asked(), texts);
      return texts
          .selectExpr(NUMBER, asked + " AS answer")
          .selectExpr(NUMBER, "answer.value AS label", "answer.error");
    }
    requireKnown(audit, "label.function", audit.label().get());
    String label = StepCall.sql(audit.label().get().over(TEXT));
    requireLabels(audit, "label.function", audit.label().get(), texts);
    return texts
        .selectExpr(NUMBER, asked + " AS answer")
        .selectExpr(NUMBER, "CAST(answer.value AS STRING) AS text", "answer.error")
        .selectExpr(NUMBER, "error", label + " AS answer")
        .selectExpr(NUMBER, "answer.value AS label", "coalesce(error, answer.error) AS error");
  }

  private static void requireKnown(Audit audit, String path, Audit.Asked asked) {
    List<String> functions = PipelineCheck.functionNames();
    if (!functions.contains(asked.function().toLowerCase(Locale.ROOT))) {
      throw invalid(
          audit,
          path,
          "found unknown function %s, %s"
              .formatted(asked.function(), NearNames.expected(asked.function(), functions)));
    }
  }

  private static void requireLabels(
      Audit audit, String path, Audit.Asked asked, Dataset<Row> texts) {
    LlamaCall call = PipelineCheck.analyzed(texts, StepCall.sql(asked.over(TEXT)));
    DataType type = ((StructType) call.dataType()).apply("value").dataType();
    boolean label = type instanceof StringType || type instanceof BooleanType;
    if (!label || call.spec().task().generates()) {
      throw invalid(
          audit,
          path,
          "found %s, expected a function that answers with one of a few labels, such as sentiment or classify. Change it, or give its answers labels with a function under label."
              .formatted(asked.function()));
    }
  }

  private static JobException invalid(Audit audit, String path, String message) {
    return new JobException("Invalid audit.\n%s: %s".formatted(audit.places().of(path), message));
  }
}
