package io.sparkllama.spark;

import io.sparkllama.spark.estimate.EstimateFunction;
import io.sparkllama.spark.functions.AiFunctionCatalog;
import io.sparkllama.spark.functions.LlamaFunction;
import io.sparkllama.spark.functions.LlamaFunctionCatalog;
import io.sparkllama.spark.plan.Aggregates;
import io.sparkllama.spark.plan.CallsLast;
import io.sparkllama.spark.plan.ExtractAggregates;
import io.sparkllama.spark.plan.ExtractLlamaCalls;
import io.sparkllama.spark.plan.FilesOfRows;
import io.sparkllama.spark.plan.ImpliedCalls;
import io.sparkllama.spark.plan.InlinedCalls;
import io.sparkllama.spark.plan.LlamaStrategy;
import io.sparkllama.spark.plan.OneRun;
import io.sparkllama.spark.plan.SharedCtes;
import io.sparkllama.spark.settings.LlamaConf;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
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
    extensions.injectPlanNormalizationRule(ScalaFunctions.of(session -> new SharedCtes()));
    extensions.injectOptimizerRule(ScalaFunctions.of(session -> new SharedCtes.Unmark()));
    functions(SparkEnv.get().conf())
        .forEach(function -> extensions.injectFunction(function.injection()));
    extensions.injectCheckRule(
        ScalaFunctions.of(
            session ->
                ScalaFunctions.of(
                    plan -> {
                      Aggregates.check(plan);
                      return BoxedUnit.UNIT;
                    })));
    extensions.injectTableFunction(EstimateFunction.injection());
    // After the operator optimizations: predicates are pushed and unused columns gone by then.
    extensions.injectPreCBORule(ScalaFunctions.of(session -> new ExtractAggregates()));
    extensions.injectPreCBORule(ScalaFunctions.of(session -> new ImpliedCalls()));
    extensions.injectPreCBORule(ScalaFunctions.of(session -> new InlinedCalls()));
    extensions.injectPreCBORule(ScalaFunctions.of(session -> new ExtractLlamaCalls()));
    extensions.injectPreCBORule(ScalaFunctions.of(session -> new FilesOfRows()));
    extensions.injectPreCBORule(ScalaFunctions.of(session -> new CallsLast()));
    extensions.injectColumnar(ScalaFunctions.of(session -> OneRun.columnar()));
    extensions.injectQueryStagePrepRule(ScalaFunctions.of(session -> new OneRun()));
    extensions.injectPlannerStrategy(ScalaFunctions.of(session -> new LlamaStrategy()));
    return BoxedUnit.UNIT;
  }

  /** Functions enter a session as it starts, so the conf of the application decides. */
  static List<LlamaFunction> functions(SparkConf conf) {
    LlamaConf ai = LlamaConf.AI_FUNCTIONS;
    boolean both = Boolean.parseBoolean(conf.get(ai.key(), ai.defaultValue()));
    return Stream.concat(
            LlamaFunctionCatalog.all().stream(),
            both ? AiFunctionCatalog.all().stream() : Stream.of())
        .toList();
  }
}
