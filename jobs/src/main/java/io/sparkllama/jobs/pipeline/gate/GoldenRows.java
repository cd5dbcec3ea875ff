package io.sparkllama.jobs.pipeline.gate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.to_json;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.StepCall;
import io.sparkllama.jobs.pipeline.check.StepInput;
import io.sparkllama.jobs.pipeline.definition.Gate;
import io.sparkllama.jobs.pipeline.definition.NearNames;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.run.SourceRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * The labelled rows of a gate.
 *
 * @param rows what the step reads of the source, and {@link #EXPECTED}; not read yet
 * @param step that is scored
 * @param steps the pipeline as if the labelled rows were its source, with this step and those that
 *     it reads from
 */
record GoldenRows(Dataset<Row> rows, StepCall step, CheckedPipeline steps) {

  /** Column with the right answers; no column of a pipeline has such a name. */
  static final String EXPECTED = "_llama_expected";

  /**
   * Checks the gate against its table and the steps.
   *
   * @throws io.sparkllama.jobs.JobException with the line of what is wrong
   */
  static GoldenRows open(SparkSession session, CheckedPipeline pipeline, Gate gate) {
    Pipeline definition = pipeline.definition();
    StepCall step = step(pipeline, gate);
    List<StepCall> needed = needed(pipeline, step);
    Dataset<Row> table =
        SourceRows.open(session, gate.source(), definition.places(), "gate.source").rows();
    List<Column> columns = new ArrayList<>();
    needed.stream()
        .flatMap(call -> call.inputs().stream())
        .filter(input -> input.origin() == StepInput.Origin.SOURCE)
        .map(StepInput::column)
        .distinct()
        .forEach(name -> columns.add(input(pipeline, table, name)));
    Column expected = column(definition, table, gate.expected(), "gate.expected");
    columns.add(
        typed(expected, table.select(expected).schema().apply(0).dataType(), step.answer())
            .as(EXPECTED));
    Dataset<Row> rows = table.select(columns.toArray(Column[]::new));
    return new GoldenRows(
        rows, step, new CheckedPipeline(keyed(definition), rows.schema(), needed));
  }

  private static StepCall step(CheckedPipeline pipeline, Gate gate) {
    StepCall step =
        pipeline.steps().stream()
            .filter(call -> call.column().equalsIgnoreCase(gate.step()))
            .findFirst()
            .orElseThrow(
                () ->
                    pipeline
                        .definition()
                        .places()
                        .invalid(
                            "gate.step",
                            "found %s, which is no step; %s"
                                .formatted(
                                    gate.step(),
                                    NearNames.expected(
                                        gate.step(),
                                        pipeline.steps().stream()
                                            .map(StepCall::column)
                                            .toList()))));
    if (step.answer() instanceof MapType) {
      throw pipeline
          .definition()
          .places()
          .invalid(
              "gate.step",
              "found a step with answers of type %s, expected a type whose values can be compared, such as labels. Choose another step."
                  .formatted(step.answer().sql()));
    }
    return step;
  }

  private static List<StepCall> needed(CheckedPipeline pipeline, StepCall step) {
    Stream<StepCall> before =
        step.inputs().stream()
            .filter(input -> input.origin() == StepInput.Origin.STEP)
            .map(input -> pipeline.steps().get(pipeline.indexOf(input.column())))
            .flatMap(call -> needed(pipeline, call).stream());
    return Stream.concat(before, Stream.of(step)).distinct().toList();
  }

  /** Of the type that the source has, so that equal texts have one answer. */
  private static Column input(CheckedPipeline pipeline, Dataset<Row> table, String name) {
    String there = fieldName(pipeline.source(), name).orElseThrow();
    return column(pipeline.definition(), table, name, "gate.source")
        .cast(pipeline.source().apply(there).dataType())
        .as(name);
  }

  private static Column column(Pipeline pipeline, Dataset<Row> table, String name, String path) {
    if (fieldName(table.schema(), name).isEmpty()) {
      throw pipeline
          .places()
          .invalid(
              path,
              "found no column %s in %s; %s"
                  .formatted(
                      name,
                      pipeline.gate().orElseThrow().source().table().text(),
                      NearNames.expected(name, List.of(table.columns()))));
    }
    return col("`" + name.replace("`", "``") + "`");
  }

  private static Optional<String> fieldName(StructType columns, String name) {
    return Stream.of(columns.fieldNames()).filter(name::equalsIgnoreCase).findFirst();
  }

  /** A right answer as the step would give it; NULL if it is none. */
  private static Column typed(Column expected, DataType found, DataType answer) {
    if (found.sameType(answer)) {
      return expected;
    }
    if (answer instanceof StructType || answer instanceof ArrayType) {
      return from_json(found instanceof StringType ? expected : to_json(expected), answer);
    }
    return expected.try_cast(answer);
  }

  /** What tells rows apart is not asked of labelled rows. */
  private static Pipeline keyed(Pipeline pipeline) {
    return new Pipeline(
        pipeline.name(),
        pipeline.model(),
        pipeline.source(),
        List.of(EXPECTED),
        pipeline.steps(),
        pipeline.sink(),
        pipeline.state(),
        pipeline.onError(),
        pipeline.maxErrorRate(),
        pipeline.reuse(),
        pipeline.gate(),
        pipeline.conf(),
        pipeline.places());
  }
}
