package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.PipelineCheck;
import io.sparkllama.jobs.pipeline.check.StepCall;
import io.sparkllama.jobs.pipeline.check.StepInput;
import io.sparkllama.jobs.pipeline.state.Results;
import io.sparkllama.jobs.pipeline.state.TaskJournal;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.spark.functions.ResultForm;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/** Asks what the table of results does not have, all steps of a row in one job. */
final class Answers {

  /** Column with how many rows ask a question. */
  private static final String ROWS = "_llama_rows";

  private static final int ROWS_OF_TASK = 64;
  private static final int TASKS_OF_CORE = 4;

  private final CheckedPipeline pipeline;
  private final Results results;
  private final WorkFolder work;

  Answers(CheckedPipeline pipeline, Results results, WorkFolder work) {
    this.pipeline = pipeline;
    this.results = results;
    this.work = work;
  }

  /**
   * What is to be asked.
   *
   * @param rows with the keys of their answers, the columns that steps read, and what is known
   * @param count of the rows
   * @param reused answers of the rows to do that are known
   * @param asked answers that are not
   */
  record Questions(Dataset<Row> rows, long count, long reused, long asked) {}

  /** Different rows that ask the same are one question. */
  Questions questions(Dataset<Row> todo) {
    Dataset<Row> rows = known(todo);
    Dataset<Row> kept = work.keep("questions", distinct(rows, pipeline));
    Row counts = counts(kept);
    long reused = needed(todo) - counts.getLong(2);
    return new Questions(kept, counts.getLong(0), reused, counts.getLong(1));
  }

  /** What rows ask, each once. */
  static Dataset<Row> distinct(Dataset<Row> rows, CheckedPipeline pipeline) {
    return StepGroups.of(pipeline).stream()
        .map(group -> distinct(rows, pipeline, group))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  /** Other steps have nothing to ask in these rows. */
  private static Dataset<Row> distinct(
      Dataset<Row> rows, CheckedPipeline pipeline, Set<Integer> group) {
    Column open = group.stream().map(Answers::open).reduce(Column::or).orElseThrow();
    Dataset<Row> asking = rows.where(open);
    for (int other : StepGroups.others(pipeline, group).toArray()) {
      asking = asking.withColumn(RowHashes.result(other), lit(null).cast("string"));
    }
    List<String> keys = group.stream().map(RowHashes::result).toList();
    List<Column> others =
        Stream.of(rows.columns())
            .filter(name -> !keys.contains(name) && !name.equals(ROWS))
            .map(name -> first(RowHashes.quoted(name)).as(name))
            .toList();
    return asking
        .groupBy(RowHashes.columns(keys).toArray(Column[]::new))
        .agg(sum(ROWS).as(ROWS), others.toArray(Column[]::new))
        .select(RowHashes.columns(List.of(rows.columns())).toArray(Column[]::new));
  }

  private static String[] keyNames(CheckedPipeline pipeline) {
    return IntStream.range(0, pipeline.steps().size())
        .mapToObj(RowHashes::result)
        .toArray(String[]::new);
  }

  private IntStream steps() {
    return IntStream.range(0, pipeline.steps().size());
  }

  static String knownName(int step) {
    return "_llama_known_" + step;
  }

  /** Whether a step of a question is to be asked. */
  static Column open(int step) {
    return col(RowHashes.result(step)).isNotNull().and(col(knownName(step)).isNull());
  }

  private Dataset<Row> known(Dataset<Row> todo) {
    Dataset<Row> rows = todo.select(neededColumns());
    for (int i = 0; i < pipeline.steps().size(); i++) {
      Dataset<Row> answers =
          results
              .of(pipeline.steps().get(i).identity().hash(), pipeline.definition().reuse())
              .select(col("key").as(RowHashes.result(i)), col("value").as(knownName(i)));
      rows = rows.join(answers, new String[] {RowHashes.result(i)}, "left");
    }
    return rows.withColumn(ROWS, lit(1L));
  }

  private Column[] neededColumns() {
    List<Column> columns = new ArrayList<>(RowHashes.columns(List.of(keyNames(pipeline))));
    pipeline.steps().stream()
        .flatMap(step -> step.inputs().stream())
        .filter(input -> input.origin() == StepInput.Origin.SOURCE)
        .map(StepInput::column)
        .distinct()
        .map(RowHashes::quoted)
        .forEach(columns::add);
    return columns.toArray(Column[]::new);
  }

  /** Questions, answers to ask, and answers to ask if equal ones were not one. */
  private Row counts(Dataset<Row> questions) {
    Column asked =
        steps().mapToObj(i -> when(open(i), 1L).otherwise(0L)).reduce(Column::plus).orElseThrow();
    return questions
        .agg(
            count(lit(1)),
            coalesce(sum(asked), lit(0L)),
            coalesce(sum(asked.multiply(col(ROWS))), lit(0L)))
        .first();
  }

  /** Answers that rows have, once they have all. */
  private long needed(Dataset<Row> todo) {
    Column answers =
        steps()
            .mapToObj(i -> when(col(RowHashes.result(i)).isNotNull(), 1L).otherwise(0L))
            .reduce(Column::plus)
            .orElseThrow();
    return todo.agg(coalesce(sum(answers), lit(0L))).first().getLong(0);
  }

  /** Asks, and writes what comes into the journal. */
  void ask(Questions questions, TaskJournal journal) {
    if (questions.count() == 0) {
      return;
    }
    Dataset<Row> rows = resumed(spread(questions), journal);
    for (int i = 0; i < pipeline.steps().size(); i++) {
      rows = asked(rows, i);
    }
    Column lines =
        filter(
            array(steps().mapToObj(this::line).toArray(Column[]::new)), line -> line.isNotNull());
    LongAccumulator done = work.session().sparkContext().longAccumulator(EngineCounts.ROWS);
    rows.select(lines.as("lines"))
        .foreachPartition(
            (ForeachPartitionFunction<Row>) answered -> journal.write(counted(answered, done)));
  }

  private static Iterator<Row> counted(Iterator<Row> rows, LongAccumulator done) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row row = rows.next();
        done.add(1);
        return row;
      }
    };
  }

  /** Enough tasks for all engines; equal texts come one after the other. */
  private Dataset<Row> spread(Questions questions) {
    int most = TASKS_OF_CORE * work.session().sparkContext().defaultParallelism();
    int tasks = (int) Math.max(1, Math.min(most, questions.count() / ROWS_OF_TASK));
    Column[] keys = RowHashes.columns(List.of(keyNames(pipeline))).toArray(Column[]::new);
    return questions.rows().repartition(tasks, keys).sortWithinPartitions(keys);
  }

  /** An attempt of a task that follows another asks what that one was not told. */
  private Dataset<Row> resumed(Dataset<Row> rows, TaskJournal journal) {
    StructType columns = rows.schema();
    List<Integer> keys = steps().mapToObj(i -> columns.fieldIndex(RowHashes.result(i))).toList();
    List<Integer> known = steps().mapToObj(i -> columns.fieldIndex(knownName(i))).toList();
    return rows.mapPartitions(
        new EarlierAttempts(journal, keys, known), Encoders.row(rows.schema()));
  }

  private static String callName(int step) {
    return "_llama_call_" + step;
  }

  private Dataset<Row> asked(Dataset<Row> rows, int index) {
    StepCall step = pipeline.steps().get(index);
    LlamaCall call = PipelineCheck.analyzed(rows, step.sql()).in(ResultForm.VALUE_AND_DETAILS);
    Dataset<Row> answered =
        rows.withColumn(callName(index), when(open(index), ExpressionUtils.column(call)));
    return answered.withColumn(
        step.column(),
        coalesce(col(callName(index) + ".value"), StepValues.read(step, col(knownName(index)))));
  }

  /** A step behind one that failed was not asked, and says nothing. */
  private Column line(int index) {
    StepCall step = pipeline.steps().get(index);
    Column call = col(callName(index));
    Column line =
        struct(
            lit(step.identity().hash()).as("call"),
            col(RowHashes.result(index)).as("key"),
            when(call.getField("error").isNull(), StepValues.written(call.getField("value")))
                .as("value"),
            call.getField("error").as("error"),
            call.getField("finish_reason").as("finish_reason"),
            call.getField("prompt_tokens").as("prompt_tokens"),
            call.getField("generated_tokens").as("generated_tokens"));
    return when(open(index).and(behindFailure(step).unary_$bang()), line);
  }

  private Column behindFailure(StepCall step) {
    return step.inputs().stream()
        .filter(input -> input.origin() == StepInput.Origin.STEP)
        .map(input -> pipeline.indexOf(input.column()))
        .map(
            before ->
                coalesce(col(callName(before)).getField("error").isNotNull(), lit(false))
                    .or(behindFailure(pipeline.steps().get(before))))
        .reduce(Column::or)
        .orElse(lit(false));
  }
}
