package io.sparkllama.jobs.pipeline.report;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import io.sparkllama.jobs.pipeline.check.AnswerKind;
import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.StepCall;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;

/** Counts what the steps answered in the rows that a run has written, in one Spark job. */
final class StepReports {

  private static final int MOST_LABELS = 30;

  /** How an answer ended, with its tokens. */
  private static final String END = "end";

  private static final String LABEL = "label";
  private static final String LENGTH = "length";

  private final CheckedPipeline pipeline;
  private final String runId;
  private final Dataset<Row> written;

  /**
   * @param written rows of the sink
   */
  StepReports(CheckedPipeline pipeline, String runId, Dataset<Row> written) {
    this.pipeline = pipeline;
    this.runId = runId;
    this.written = written;
  }

  List<StepReport> all() {
    Column facts = concat(steps().boxed().flatMap(this::facts).toArray(Column[]::new));
    List<Row> counts =
        written
            .select(explode(facts).as("fact"))
            .where(col("fact").isNotNull())
            .select("fact.*")
            .groupBy("step", "kind", "name", "number", "reused")
            .agg(
                count(lit(1)).as("rows"),
                coalesce(sum("prompt"), lit(0L)).as("prompt"),
                coalesce(sum("generated"), lit(0L)).as("generated"))
            .collectAsList();
    return steps()
        .mapToObj(
            step -> report(step, counts.stream().filter(row -> row.getInt(0) == step).toList()))
        .toList();
  }

  private IntStream steps() {
    return IntStream.range(0, pipeline.steps().size());
  }

  /** Lists of what a row tells of a step: all of them are one reading of the table. */
  private Stream<Column> facts(int index) {
    StepCall step = pipeline.steps().get(index);
    Column answer = quoted(step.column());
    Column none = lit(null).cast("string");
    Column end = fact(index, END, told(step).getField("finish_reason"), lit(0L));
    Stream<Column> labels =
        switch (step.kind()) {
          case FREE -> Stream.of();
          case LABEL ->
              Stream.of(single(fact(index, LABEL, answer.cast("string"), lit(0L)), answer));
          case LABELS ->
              Stream.of(
                  coalesce(
                      transform(answer, label -> fact(index, LABEL, label, lit(0L))),
                      single(end, lit(null))));
        };
    Stream<Column> lengths =
        lengthOf(step).map(length -> single(fact(index, LENGTH, none, length), answer)).stream();
    return Stream.of(Stream.of(single(end, answer)), labels, lengths).flatMap(some -> some);
  }

  /** NULL where there is no answer. */
  private static Column single(Column fact, Column answer) {
    return array(when(answer.isNotNull(), fact));
  }

  private Column fact(int index, String kind, Column name, Column number) {
    Column told = told(pipeline.steps().get(index));
    return struct(
        lit(index).as("step"),
        lit(kind).as("kind"),
        name.as("name"),
        number.cast("long").as("number"),
        told.getField("run_id").notEqual(runId).as("reused"),
        told.getField("prompt_tokens").as("prompt"),
        told.getField("generated_tokens").as("generated"));
  }

  private static Column told(StepCall step) {
    return col(CheckedPipeline.PROVENANCE + ".steps").getField(step.column());
  }

  /** Of a text in characters, of a list in items. */
  private static Optional<Column> lengthOf(StepCall step) {
    if (isText(step)) {
      return Optional.of(length(quoted(step.column())));
    }
    return step.answer() instanceof ArrayType
        ? Optional.of(size(quoted(step.column())))
        : Optional.empty();
  }

  private static boolean isText(StepCall step) {
    return step.kind() == AnswerKind.FREE && step.answer().equals(DataTypes.StringType);
  }

  private StepReport report(int index, List<Row> counts) {
    StepCall step = pipeline.steps().get(index);
    List<Row> ends = of(END, counts);
    return new StepReport(
        step.column(),
        step.sql(),
        total(ends, "rows"),
        total(ends.stream().filter(row -> row.<Boolean>getAs("reused")).toList(), "rows"),
        total(ends, "prompt"),
        total(ends, "generated"),
        shares(of(LABEL, counts)),
        lengths(step, of(LENGTH, counts)),
        shares(ends));
  }

  private static List<Row> of(String kind, List<Row> counts) {
    return counts.stream().filter(row -> row.getAs("kind").equals(kind)).toList();
  }

  private static long total(List<Row> counts, String column) {
    return counts.stream().mapToLong(row -> row.<Long>getAs(column)).sum();
  }

  /** Of labels and reasons, never of words of a text. */
  private static List<StepReport.Share> shares(List<Row> counts) {
    SortedMap<String, Long> byName = new TreeMap<>();
    counts.forEach(
        row ->
            byName.merge(
                String.valueOf(row.<String>getAs("name")), row.<Long>getAs("rows"), Long::sum));
    long all = total(counts, "rows");
    return byName.entrySet().stream()
        .map(
            name ->
                new StepReport.Share(name.getKey(), name.getValue(), 100.0 * name.getValue() / all))
        .sorted(Comparator.comparing(StepReport.Share::count).reversed())
        .limit(MOST_LABELS)
        .toList();
  }

  private static Optional<BarChart> lengths(StepCall step, List<Row> counts) {
    SortedMap<Long, Long> byLength = new TreeMap<>();
    counts.forEach(row -> byLength.merge(row.getAs("number"), row.<Long>getAs("rows"), Long::sum));
    if (byLength.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        isText(step)
            ? Histogram.of("Length of the answers", "characters", byLength)
            : Histogram.of("Items of the answers", "items", byLength));
  }

  static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
