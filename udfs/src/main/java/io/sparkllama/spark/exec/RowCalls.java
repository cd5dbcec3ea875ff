package io.sparkllama.spark.exec;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.functions.LlamaCall;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import scala.collection.immutable.Seq;

/**
 * What travels to the executors: the calls and the columns around them, without the plan.
 *
 * @param calls of the same settings
 * @param guards which rows each call is asked for
 * @param input columns of the rows
 * @param output the same, and one of each call
 * @param cacheBytes most bytes of answers that an executor keeps
 */
record RowCalls(
    List<LlamaCall> calls,
    List<Expression> guards,
    EngineSpec engine,
    Seq<Attribute> input,
    Seq<Attribute> output,
    long cacheBytes,
    RowMetrics metrics)
    implements Serializable {

  /** The rows of one partition with the results of the calls behind them. */
  Iterator<InternalRow> rows(Iterator<InternalRow> source) {
    if (!source.hasNext()) {
      return source;
    }
    int size = engine.rowsInFlight(calls.get(0).settings());
    EqualTexts equalTexts =
        new EqualTexts(new CountedRunner(engine, calls.get(0).settings(), metrics), metrics, size);
    List<RowQuestion> asked =
        IntStream.range(0, calls.size())
            .<RowQuestion>mapToObj(i -> rowCall(i, equalTexts))
            .toList();
    UnsafeProjection columns = columns(input, input);
    return new CallWindow(
            source,
            asked,
            row -> (row instanceof UnsafeRow unsafe ? unsafe : columns.apply(row)).copy(),
            columns(output, output),
            metrics,
            size)
        .of(TaskContext.get());
  }

  private RowCall rowCall(int index, EqualTexts equalTexts) {
    LlamaCall call = calls.get(index);
    CallInput arguments = new CallInput(call, guards.get(index), input);
    arguments.begin(TaskContext.getPartitionId());
    return new RowCall(
        call,
        arguments,
        new KnownAnswers(call, engine, ResultCache.shared(), cacheBytes),
        equalTexts,
        metrics);
  }

  /** Some of the columns of a row. */
  static UnsafeProjection columns(Seq<Attribute> wanted, Seq<Attribute> row) {
    return UnsafeProjection.create(
        ScalaFunctions.<Expression>seq(ScalaFunctions.list(wanted)), row);
  }
}
