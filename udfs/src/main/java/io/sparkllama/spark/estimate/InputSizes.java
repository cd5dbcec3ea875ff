package io.sparkllama.spark.estimate;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.task.TaskSize;
import io.sparkllama.task.TaskSizes;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.SparkSession;
import scala.Option;
import scala.collection.Iterator;

/**
 * Reads the inputs of a call and measures them with the model's tokenizer: each of them up to a
 * number, else a sample that is chosen by hash, so that the same rows give the same estimate.
 */
final class InputSizes {

  /** Distinct inputs up to which each is measured. */
  static final int SAMPLE = 10_000;

  private static final double CONFIDENCE_95 = 1.96;

  private final LlamaCall call;
  private final TaskSizes sizes;
  private long rows;
  private long measured;
  private long refused;
  private TaskSize size = TaskSize.NOTHING;
  private double squares;

  private InputSizes(LlamaCall call, TaskSizes sizes) {
    this.call = call;
    this.sizes = sizes;
  }

  /**
   * @param guard which rows the call is asked for, those of NULL among them
   */
  static CallEstimate.Inputs of(
      SparkSession session, LlamaCall call, Expression guard, LogicalPlan plan, TaskSizes sizes) {
    Dataset<Row> groups =
        Dataset$.MODULE$
            .ofRows(session, inputs(call, new Filter(guard, plan)))
            .where(col("input").isNotNull())
            .groupBy("input")
            .count();
    InputSizes read = new InputSizes(call, sizes);
    Dataset<Row> sample = groups.orderBy(xxhash64(col("input")), col("input")).limit(SAMPLE);
    read.measure(
        ((org.apache.spark.sql.classic.Dataset<Row>) sample)
            .queryExecution()
            .executedPlan()
            .executeToIterator());
    if (read.measured < SAMPLE) {
      return read.all();
    }
    Row totals = groups.agg(sum("count"), count(lit(1))).head();
    return read.scaled(totals.getLong(0), totals.getLong(1));
  }

  private static LogicalPlan inputs(LlamaCall call, LogicalPlan plan) {
    NamedExpression input =
        new Alias(
            call.input(),
            "input",
            NamedExpression.newExprId(),
            ScalaFunctions.seq(List.of()),
            Option.empty(),
            ScalaFunctions.seq(List.of()));
    return new Project(ScalaFunctions.seq(List.of(input)), plan);
  }

  private void measure(Iterator<InternalRow> inputs) {
    while (inputs.hasNext()) {
      InternalRow row = inputs.next();
      rows += row.getLong(1);
      measured++;
      try {
        TaskSize one = sizes.of(call.spec().task(), call.inputOf(row, 0), call.spec().options());
        size = size.plus(one);
        squares += (double) one.promptTokens() * one.promptTokens();
      } catch (RequestException e) {
        refused++;
      }
    }
  }

  private CallEstimate.Inputs all() {
    return new CallEstimate.Inputs(rows, measured, refused, size, 0);
  }

  private CallEstimate.Inputs scaled(long allRows, long distinct) {
    double factor = (double) distinct / measured;
    double mean = (double) size.promptTokens() / measured;
    double variance = Math.max(0, squares / measured - mean * mean);
    double left = 1 - (double) measured / distinct;
    double error = CONFIDENCE_95 * distinct * Math.sqrt(variance / measured * left);
    return new CallEstimate.Inputs(
        allRows,
        distinct,
        Math.round(refused * factor),
        new TaskSize(
            Math.round(size.requests() * factor),
            Math.round(size.promptTokens() * factor),
            Math.round(size.mostNewTokens() * factor)),
        Math.round(error));
  }
}
