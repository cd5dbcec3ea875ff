package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.exec.LlamaExec;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.optimizer.BuildLeft$;
import org.apache.spark.sql.catalyst.plans.FullOuter$;
import org.apache.spark.sql.catalyst.plans.LeftOuter$;
import org.apache.spark.sql.catalyst.plans.RightOuter$;
import org.apache.spark.sql.catalyst.plans.physical.RangePartitioning;
import org.apache.spark.sql.catalyst.plans.physical.RoundRobinPartitioning;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.ColumnarRule;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.exchange.ENSURE_REQUIREMENTS$;
import org.apache.spark.sql.execution.exchange.Exchange;
import org.apache.spark.sql.execution.exchange.ShuffleExchangeExec;
import org.apache.spark.sql.execution.joins.BroadcastNestedLoopJoinExec;
import org.apache.spark.sql.execution.joins.CartesianProductExec;
import scala.Option;

/**
 * Puts a shuffle between calls and operators that run their input more than once: a range exchange,
 * which samples first, and joins that go over all pairs of rows. A shuffle's files are written once
 * and read as often as they are needed.
 */
public final class OneRun extends Rule<SparkPlan> {

  /** The same where Spark does not plan adaptively. */
  public static ColumnarRule columnar() {
    return new ColumnarRule() {
      @Override
      public Rule<SparkPlan> preColumnarTransitions() {
        return new OneRun();
      }
    };
  }

  @Override
  public SparkPlan apply(SparkPlan plan) {
    return plan.transformUp(
        ScalaFunctions.<SparkPlan, SparkPlan>partial(
            node ->
                runsInputAgain(node) && children(node).stream().anyMatch(OneRun::calls)
                    ? Optional.of(withShuffles(node))
                    : Optional.empty()));
  }

  private static SparkPlan withShuffles(SparkPlan node) {
    return node.withNewChildren(
        ScalaFunctions.seq(
            children(node).stream().map(child -> calls(child) ? shuffled(child) : child).toList()));
  }

  private static List<SparkPlan> children(SparkPlan node) {
    return ScalaFunctions.list(node.children());
  }

  private static boolean runsInputAgain(SparkPlan node) {
    return node instanceof CartesianProductExec
        || (node instanceof BroadcastNestedLoopJoinExec join && keepsBroadcastRows(join))
        || (node instanceof ShuffleExchangeExec exchange
            && exchange.outputPartitioning() instanceof RangePartitioning);
  }

  /** Such a join looks for the rows without a partner in a run of its own. */
  private static boolean keepsBroadcastRows(BroadcastNestedLoopJoinExec join) {
    boolean left = join.buildSide() == BuildLeft$.MODULE$;
    return join.joinType() == FullOuter$.MODULE$
        || join.joinType() == (left ? LeftOuter$.MODULE$ : RightOuter$.MODULE$);
  }

  /** Whether calls run each time when the plan does. */
  private static boolean calls(SparkPlan plan) {
    return !(plan instanceof Exchange)
        && (plan instanceof LlamaExec || children(plan).stream().anyMatch(OneRun::calls));
  }

  private static SparkPlan shuffled(SparkPlan plan) {
    return new ShuffleExchangeExec(
        new RoundRobinPartitioning(plan.conf().numShufflePartitions()),
        plan,
        ENSURE_REQUIREMENTS$.MODULE$,
        Option.empty());
  }
}
