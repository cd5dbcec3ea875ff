package io.sparkllama.spark.exec;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.engine.Engines;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.task.TaskRunner;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.util.TaskCompletionListener;
import scala.collection.immutable.Seq;

/** What travels to the executors: the calls and the columns around them, without the plan. */
record RowCalls(
    List<LlamaCall> calls,
    EngineSpec engine,
    Seq<Attribute> input,
    Seq<Attribute> output,
    RowMetrics metrics)
    implements Serializable {

  /** The rows of one partition with the results of the calls behind them. */
  Iterator<InternalRow> rows(Iterator<InternalRow> source) {
    if (!source.hasNext()) {
      return source;
    }
    TaskRunner runner = Engines.shared().runner(engine, calls.get(0).settings().promptOrder());
    List<Expression> texts = calls.stream().map(LlamaCall::input).toList();
    UnsafeProjection textsOf = UnsafeProjection.create(ScalaFunctions.seq(texts), input);
    UnsafeProjection joined =
        UnsafeProjection.create(
            ScalaFunctions.<Expression>seq(ScalaFunctions.list(output)), output);
    CallWindow window = new CallWindow(source, calls, runner, textsOf, joined, metrics);
    TaskContext task = TaskContext.get();
    task.addTaskCompletionListener((TaskCompletionListener) context -> window.close());
    // A killed task may wait for an answer, and sees the kill only when it is cancelled.
    KilledTasks.onKill(task, window::close);
    return window;
  }
}
