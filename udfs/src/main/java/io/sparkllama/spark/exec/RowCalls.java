package io.sparkllama.spark.exec;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.engine.Engines;
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
import org.apache.spark.util.TaskCompletionListener;
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
    int size = calls.get(0).settings().rowsInFlight();
    EqualTexts equalTexts =
        new EqualTexts(
            Engines.shared().runner(engine, calls.get(0).settings().promptOrder()), metrics, size);
    List<RowCall> asked =
        IntStream.range(0, calls.size()).mapToObj(i -> rowCall(i, equalTexts)).toList();
    CallWindow window =
        new CallWindow(source, asked, columns(input), columns(output), metrics, size);
    TaskContext task = TaskContext.get();
    task.addTaskCompletionListener((TaskCompletionListener) context -> window.close());
    // A killed task may wait for an answer, and sees the kill only when it is cancelled.
    KilledTasks.onKill(task, window::close);
    return window;
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

  private static UnsafeProjection columns(Seq<Attribute> columns) {
    return UnsafeProjection.create(
        ScalaFunctions.<Expression>seq(ScalaFunctions.list(columns)), columns);
  }
}
