package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.exec.LlamaEvalExec;
import io.sparkllama.spark.exec.TakeExec;
import io.sparkllama.spark.functions.CallSpec;
import io.sparkllama.spark.functions.WrongCall;
import io.sparkllama.spark.settings.LlamaSettings;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Plans {@link LlamaEval} and {@link LlamaGroups}. */
public final class LlamaStrategy extends SparkStrategy {

  /** Rows that the driver may hold. */
  private static final int FEW = 1000;

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    if (plan instanceof LlamaGroups groups) {
      groups
          .calls()
          .forEach(call -> requireAdapter(call.prettyName(), call.settings(), call.spec()));
      return ScalaFunctions.<SparkPlan>seq(
          List.of(groups.planned(planLater(groups.children().head()))));
    }
    if (!(plan instanceof LlamaEval eval)) {
      return ScalaFunctions.<SparkPlan>seq(List.of());
    }
    eval.calls().forEach(call -> requireAdapter(call.prettyName(), call.settings(), call.spec()));
    return ScalaFunctions.<SparkPlan>seq(
        List.of(
            new LlamaEvalExec(
                ScalaFunctions.seq(eval.calls()),
                ScalaFunctions.seq(eval.guards()),
                ScalaFunctions.seq(eval.results()),
                child(eval.child()))));
  }

  /** A wrong name is no row's fault, so it fails the query whatever on_error says. */
  private static void requireAdapter(String function, LlamaSettings settings, CallSpec call) {
    WrongCall.refusing(
        function,
        () -> {
          EngineSpec.requireAdapter(
              settings,
              call.options().adapter(),
              SparkSession.active().sessionState().newHadoopConf());
          return call;
        });
  }

  /**
   * A limit that went below calls is no longer the last step of its query, where Spark would take
   * it partition by partition.
   */
  private SparkPlan child(LogicalPlan child) {
    return child instanceof GlobalLimit global
            && global.child() instanceof LocalLimit local
            && !(local.child() instanceof Offset)
            && !sorted(local.child())
            && !child.isStreaming()
            && global.limitExpr() instanceof Literal rows
            && global.limitExpr().semanticEquals(local.limitExpr())
            && rows.value() instanceof Integer count
            && count <= FEW
        ? new TakeExec(count, planLater(local.child()))
        : planLater(child);
  }

  /** Spark has an operator for the first rows of an order. */
  private static boolean sorted(LogicalPlan plan) {
    return plan instanceof Sort || (plan instanceof Project project && sorted(project.child()));
  }
}
