package io.sparkllama.spark.exec;

import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.functions.LlamaAggregate;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.RowOrdering;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import scala.collection.immutable.Seq;

/**
 * What travels to the executors: the calls and the columns around them, without the plan.
 *
 * @param calls of the same settings, over the same column of texts
 * @param groups order of the rows by group
 * @param texts which texts of a group are read
 * @param input columns of the rows
 * @param kept those of them that are handed on
 * @param output the same, and one of each call
 */
record GroupCalls(
    List<LlamaAggregate> calls,
    Seq<SortOrder> groups,
    GroupCall.Texts texts,
    EngineSpec engine,
    Seq<Attribute> input,
    Seq<Attribute> kept,
    Seq<Attribute> output,
    RowMetrics metrics)
    implements Serializable {

  /** The rows of one partition with the results of the calls behind the last of each group. */
  Iterator<InternalRow> rows(Iterator<InternalRow> source) {
    if (!source.hasNext()) {
      return source;
    }
    int size = engine.rowsInFlight(calls.get(0).settings());
    CountedRunner runner = new CountedRunner(engine, calls.get(0).settings(), metrics);
    GroupRows rows = new GroupRows(source, RowOrdering.create(groups, input));
    List<RowQuestion> asked =
        calls.stream().<RowQuestion>map(call -> groupCall(call, rows, runner, size)).toList();
    UnsafeProjection handedOn = RowCalls.columns(kept, input);
    return new CallWindow(
            rows,
            asked,
            row -> handedOn.apply(row).copy(),
            RowCalls.columns(output, output),
            metrics,
            size)
        .of(TaskContext.get());
  }

  private GroupCall groupCall(LlamaAggregate call, GroupRows rows, CountedRunner runner, int size) {
    return new GroupCall(
        call,
        texts,
        rows::last,
        runner.runner().gatherings(call.task(), call.spec().options(), size, runner),
        metrics);
  }
}
