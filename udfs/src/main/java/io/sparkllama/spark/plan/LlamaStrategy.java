package io.sparkllama.spark.plan;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.exec.LlamaEvalExec;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Plans {@link LlamaEval}. */
public final class LlamaStrategy extends SparkStrategy {

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    return plan instanceof LlamaEval eval
        ? ScalaFunctions.<SparkPlan>seq(
            List.of(
                new LlamaEvalExec(
                    ScalaFunctions.seq(eval.calls()),
                    ScalaFunctions.seq(eval.results()),
                    planLater(eval.child()))))
        : ScalaFunctions.<SparkPlan>seq(List.of());
  }
}
