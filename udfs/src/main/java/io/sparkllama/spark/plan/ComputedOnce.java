package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** A mark that says that its child shall not be computed twice. Public for Spark. */
public final class ComputedOnce extends LogicalPlan {

  private static final long serialVersionUID = 1L;

  private final LogicalPlan child;

  public ComputedOnce(LogicalPlan child) {
    this.child = child;
  }

  /** What Spark asks before it copies a plan. */
  @Override
  public boolean deterministic() {
    return false;
  }

  @Override
  public Seq<Attribute> output() {
    return child.output();
  }

  @Override
  public Seq<LogicalPlan> children() {
    return ScalaFunctions.seq(List.of(child));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new ComputedOnce(children.head());
  }

  @Override
  public int productArity() {
    return 1;
  }

  @Override
  public Object productElement(int index) {
    return child;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof ComputedOnce;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ComputedOnce once && child.equals(once.child);
  }

  @Override
  public int hashCode() {
    return 31 * child.hashCode();
  }
}
