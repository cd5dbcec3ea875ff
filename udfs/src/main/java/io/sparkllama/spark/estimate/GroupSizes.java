package io.sparkllama.spark.estimate;

import io.sparkllama.errors.RequestException;
import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.exec.GroupRows;
import io.sparkllama.spark.functions.LlamaAggregate;
import io.sparkllama.spark.plan.LlamaGroups;
import io.sparkllama.task.GatheringSize;
import io.sparkllama.task.TaskSize;
import io.sparkllama.task.TaskSizes;
import java.util.Iterator;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.RowOrdering;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.unsafe.types.UTF8String;
import scala.jdk.javaapi.CollectionConverters;

/** Reads the texts of groups as a run would, and measures how they fit together. */
final class GroupSizes {

  /** Texts up to which groups are measured. */
  static final int MOST = 100_000;

  private final LlamaGroups node;
  private final LlamaAggregate call;
  private final TaskSizes sizes;
  private long texts;
  private long groups;
  private long refused;
  private TaskSize size = TaskSize.NOTHING;

  GroupSizes(LlamaGroups node, LlamaAggregate call, TaskSizes sizes) {
    this.node = node;
    this.call = call;
    this.sizes = sizes;
  }

  /**
   * The texts of a plan with the node's columns, and as distinct inputs the groups; empty where
   * there are too many to measure.
   */
  Optional<CallEstimate.Inputs> of(SparkSession session, LogicalPlan plan) {
    Iterator<InternalRow> sorted =
        CollectionConverters.asJava(
            Dataset$.MODULE$
                .ofRows(session, node.sorted(plan))
                .queryExecution()
                .executedPlan()
                .executeToIterator());
    GroupRows rows = new GroupRows(sorted, RowOrdering.create(node.groups(), plan.output()));
    int column =
        ScalaFunctions.<Attribute>list(plan.output()).stream()
            .map(Attribute::exprId)
            .toList()
            .indexOf(((Attribute) call.text()).exprId());
    while (rows.hasNext() && texts <= MOST) {
      measure(rows, column);
    }
    return texts > MOST
        ? Optional.empty()
        : Optional.of(new CallEstimate.Inputs(texts, groups, refused, size, 0));
  }

  private void measure(GroupRows rows, int column) {
    GatheringSize group = sizes.gathering(call.task(), call.spec().options());
    long before = texts;
    boolean fits = true;
    UTF8String last = null;
    do {
      InternalRow row = rows.next();
      UTF8String text = row.isNullAt(column) ? null : row.getUTF8String(column);
      if (text != null && !(node.distinct() && text.equals(last))) {
        last = text;
        texts++;
        fits = fits && added(group, text);
      }
    } while (!rows.last() && texts <= MOST);
    groups += texts > before ? 1 : 0;
    refused += fits ? 0 : 1;
    size = fits ? size.plus(group.size()) : size;
  }

  private static boolean added(GatheringSize group, UTF8String text) {
    try {
      group.add(text.toString());
      return true;
    } catch (RequestException e) {
      return false;
    }
  }
}
