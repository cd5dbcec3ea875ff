package io.sparkllama.spark.exec;

import io.sparkllama.spark.ScalaFunctions;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.SinglePartition$;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The first rows of its child, taken partition by partition as LIMIT at the end of a query takes
 * them: no more are read than needed, and no other partition is opened for the first ten rows.
 */
public final class TakeExec extends SparkPlan {

  private static final long serialVersionUID = 1L;

  private final int rows;
  private final SparkPlan child;

  /**
   * @param rows so few that the driver can hold them
   */
  public TakeExec(int rows, SparkPlan child) {
    this.rows = rows;
    this.child = child;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    List<InternalRow> taken = Arrays.asList(child.executeTake(rows));
    return JavaSparkContext.fromSparkContext(sparkContext()).parallelize(taken, 1).rdd();
  }

  @Override
  public Seq<Attribute> output() {
    return child.output();
  }

  @Override
  public Partitioning outputPartitioning() {
    return SinglePartition$.MODULE$;
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public Seq<SparkPlan> children() {
    return ScalaFunctions.seq(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new TakeExec(rows, children.head());
  }

  @Override
  public int productArity() {
    return 2;
  }

  @Override
  public Object productElement(int index) {
    return index == 0 ? rows : child;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof TakeExec;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TakeExec take && rows == take.rows && child.equals(take.child);
  }

  @Override
  public int hashCode() {
    return Objects.hash(rows, child);
  }
}
