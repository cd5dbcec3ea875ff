package io.sparkllama.jobs.pipeline.report;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.to_json;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.StepCall;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Chooses rows that are worth a look. */
final class RowReports {

  /** Most rows of each kind. */
  static final int MOST = 10;

  private static final int LONGEST_TEXT = 600;

  private final CheckedPipeline pipeline;
  private final Texts texts;
  private final Dataset<Row> written;

  /**
   * @param written rows of the sink
   */
  RowReports(CheckedPipeline pipeline, Texts texts, Dataset<Row> written) {
    this.pipeline = pipeline;
    this.texts = texts;
    this.written = written;
  }

  /** Rows that took an engine longest: those of most tokens, whose time no one measures alone. */
  List<RowReport> longest() {
    Column prompt = tokens("prompt_tokens");
    Column generated = tokens("generated_tokens");
    return chosen(
        written
            .withColumn("_llama_prompt", prompt)
            .withColumn("_llama_generated", generated)
            .orderBy(col("_llama_prompt").plus(col("_llama_generated")).desc()),
        row ->
            List.of(
                "%,d".formatted(row.<Long>getAs("_llama_prompt")),
                "%,d".formatted(row.<Long>getAs("_llama_generated"))));
  }

  private Column tokens(String field) {
    return pipeline.steps().stream()
        .map(
            step ->
                coalesce(
                    col(CheckedPipeline.PROVENANCE + ".steps")
                        .getField(step.column())
                        .getField(field)
                        .cast("long"),
                    lit(0L)))
        .reduce(Column::plus)
        .orElseThrow();
  }

  /** Rows as they come; none unless texts are shown. */
  List<RowReport> samples() {
    return texts == Texts.HIDDEN
        ? List.of()
        : chosen(written.orderBy(keyColumns()), row -> List.of());
  }

  private Column[] keyColumns() {
    return pipeline.definition().key().stream().map(StepReports::quoted).toArray(Column[]::new);
  }

  private List<RowReport> chosen(
      Dataset<Row> ordered, java.util.function.Function<Row, List<String>> facts) {
    Dataset<Row> rows = ordered.limit(MOST).withColumn("_llama_key", to_json(struct(keyColumns())));
    return with(rows).collectAsList().stream()
        .map(row -> new RowReport(row.getAs("_llama_key"), facts.apply(row), texts(row)))
        .toList();
  }

  private Dataset<Row> with(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    Stream.of(rows.columns())
        .filter(name -> name.startsWith("_llama_"))
        .forEach(name -> columns.add(col(name)));
    shown().forEach(name -> columns.add(text(rows, name).as(name)));
    return rows.select(columns.toArray(Column[]::new));
  }

  private static Column text(Dataset<Row> rows, String name) {
    Column value = StepReports.quoted(name);
    boolean plain = rows.schema().apply(name).dataType().equals(DataTypes.StringType);
    return substring(plain ? value : to_json(struct(value.as("value"))), 1, LONGEST_TEXT);
  }

  /** Inputs and answers of the steps, if texts are shown. */
  private List<String> shown() {
    return texts == Texts.HIDDEN
        ? List.of()
        : Stream.concat(
                pipeline.steps().stream().flatMap(step -> step.step().inputs().stream()),
                pipeline.steps().stream().map(StepCall::column))
            .distinct()
            .toList();
  }

  private List<RowReport.NamedText> texts(Row row) {
    return shown().stream()
        .map(name -> new RowReport.NamedText(name, String.valueOf(row.<String>getAs(name))))
        .toList();
  }
}
