package io.sparkllama.spark;

import io.sparkllama.spark.functions.LlamaFunctionCatalog;
import io.sparkllama.spark.plan.CallsLast;
import io.sparkllama.spark.plan.ExtractLlamaCalls;
import io.sparkllama.spark.plan.ImpliedCalls;
import io.sparkllama.spark.plan.LlamaStrategy;
import io.sparkllama.spark.plan.OneRun;
import io.sparkllama.spark.plan.SharedCtes;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.SparkSessionExtensionsProvider;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Brings functions, optimizer rule and planner strategy into every session whose class path has
 * this jar; Spark finds it through {@code META-INF/services}.
 */
public final class LlamaExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit>
    implements SparkSessionExtensionsProvider {

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    LlamaFunctionCatalog.all().forEach(function -> extensions.injectFunction(function.injection()));
    extensions.injectPlanNormalizationRule(ScalaFunctions.of(session -> new SharedCtes()));
    extensions.injectOptimizerRule(ScalaFunctions.of(session -> new SharedCtes.Unmark()));
    // After the operator optimizations: predicates are pushed and unused columns gone by then.
    extensions.injectPreCBORule(ScalaFunctions.of(session -> new ImpliedCalls()));
    extensions.injectPreCBORule(ScalaFunctions.of(session -> new ExtractLlamaCalls()));
    extensions.injectPreCBORule(ScalaFunctions.of(session -> new CallsLast()));
    extensions.injectColumnar(ScalaFunctions.of(session -> OneRun.columnar()));
    extensions.injectQueryStagePrepRule(ScalaFunctions.of(session -> new OneRun()));
    extensions.injectPlannerStrategy(ScalaFunctions.of(session -> new LlamaStrategy()));
    return BoxedUnit.UNIT;
  }
}
