package io.sparkllama.spark.estimate;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.engine.Engines;
import io.sparkllama.spark.functions.LlamaAggregate;
import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.spark.plan.LlamaEval;
import io.sparkllama.spark.plan.LlamaGroups;
import io.sparkllama.spark.settings.LlamaSettings;
import io.sparkllama.task.Moderated;
import io.sparkllama.task.TaskSize;
import io.sparkllama.task.TaskSizes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.execution.CommandExecutionMode$;
import org.apache.spark.sql.execution.QueryExecution;

/** The calls of a query as the optimizer leaves them, inner ones before those around them. */
final class QueryEstimate {

  private static final long LABEL_TOKENS = 8;

  private final SparkSession session;

  /** What calls ask of which the answers are asked about again. */
  private final Map<LlamaCall, CallEstimate> known = new HashMap<>();

  private QueryEstimate(SparkSession session) {
    this.session = session;
  }

  static List<CallEstimate> of(SparkSession session, LogicalPlan query) {
    return new QueryEstimate(session).estimates(execution(session, query).optimizedPlan());
  }

  /** Runs nothing, not even commands. */
  static QueryExecution execution(SparkSession session, LogicalPlan plan) {
    return session.sessionState().executePlan(plan, CommandExecutionMode$.MODULE$.SKIP());
  }

  /** The nodes with calls in a plan and its subqueries, outer ones first. */
  static List<LlamaEval> evaluations(LogicalPlan plan) {
    return nodes(plan, LlamaEval.class);
  }

  private static <N extends LogicalPlan> List<N> nodes(LogicalPlan plan, Class<N> type) {
    return ScalaFunctions.list(
        plan.collectWithSubqueries(
            ScalaFunctions.<LogicalPlan, N>partial(
                node -> type.isInstance(node) ? Optional.of(type.cast(node)) : Optional.empty())));
  }

  private List<CallEstimate> estimates(LogicalPlan optimized) {
    List<LlamaEval> nodes = new ArrayList<>(evaluations(optimized));
    Collections.reverse(nodes);
    List<CallEstimate> all = new ArrayList<>();
    for (LlamaEval node : nodes) {
      WithoutAnswers rows = WithoutAnswers.of(node.children().head());
      for (int i = 0; i < node.calls().size(); i++) {
        LlamaCall call = node.calls().get(i);
        CallEstimate estimate = estimate(call, node.guards().get(i), rows);
        known.put(call, estimate);
        all.add(estimate);
      }
    }
    for (LlamaGroups node : nodes(optimized, LlamaGroups.class)) {
      WithoutAnswers rows = WithoutAnswers.of(node.children().head());
      node.calls().forEach(call -> all.add(ofGroups(node, call, rows)));
    }
    return all;
  }

  private CallEstimate ofGroups(LlamaGroups node, LlamaAggregate call, WithoutAnswers rows) {
    EngineSpec engine = engine(call.settings());
    ModelPackage model = ModelPackages.open(engine.model(), Optional.empty(), engine.cache());
    boolean known = rows.countable() && !rows.choosesByAnswers() && !node.depends(rows::unknown);
    try (TaskSizes sizes = TaskSizes.open(model, engine.options(), call.settings().promptOrder())) {
      Optional<CallEstimate.Inputs> inputs =
          known ? new GroupSizes(node, call, sizes).of(session, rows.plan()) : Optional.empty();
      return new CallEstimate(
          call.prettyName(),
          call.sql(false),
          engine.model(),
          inputs,
          Engines.shared().stats(engine).flatMap(EngineRate::of),
          basisOfGroups(known, inputs));
    }
  }

  private static String basisOfGroups(boolean known, Optional<CallEstimate.Inputs> inputs) {
    if (!known) {
      return "unknown: it depends on what other calls answer";
    }
    return inputs
        .map(
            all ->
                all.size().requests() <= all.distinct()
                    ? "every text measured; distinct rows are groups"
                    : "at most: every text measured, the answers of parts taken for as long as they"
                        + " may be; distinct rows are groups")
        .orElse("unknown: more than %d texts".formatted(GroupSizes.MOST));
  }

  private EngineSpec engine(LlamaSettings settings) {
    return EngineSpec.of(settings, session.sessionState().newHadoopConf());
  }

  private CallEstimate estimate(LlamaCall call, Expression guard, WithoutAnswers rows) {
    boolean guarded = !rows.unknown(guard);
    Expression asked = guarded ? guard : Literal.TrueLiteral();
    EngineSpec engine = engine(call.settings());
    ModelPackage model = ModelPackages.open(engine.model(), Optional.empty(), engine.cache());
    try (TaskSizes sizes = TaskSizes.open(model, engine.options(), call.settings().promptOrder())) {
      Optional<CallEstimate.Inputs> inputs =
          rows.unknown(call.input())
              ? ofAnswers(call, asked, rows, sizes)
              : Optional.of(rows)
                  .filter(WithoutAnswers::countable)
                  .map(one -> InputSizes.of(session, call, asked, one.plan(), sizes));
      return new CallEstimate(
          call.prettyName(),
          call.sql(),
          engine.model(),
          inputs.map(one -> withOnce(one, sizes.once(call.spec().task(), call.spec().options()))),
          Engines.shared().stats(engine).flatMap(EngineRate::of),
          basis(call, rows, guarded, inputs));
    }
  }

  private static CallEstimate.Inputs withOnce(CallEstimate.Inputs inputs, TaskSize once) {
    return inputs.size().requests() == 0
        ? inputs
        : new CallEstimate.Inputs(
            inputs.rows(),
            inputs.distinct(),
            inputs.refused(),
            inputs.size().plus(once),
            inputs.error());
  }

  /** At most what a call over the answers of another asks. */
  private Optional<CallEstimate.Inputs> ofAnswers(
      LlamaCall call, Expression guard, WithoutAnswers rows, TaskSizes sizes) {
    Optional<LlamaCall> inner = rows.answer(call.input());
    Optional<CallEstimate.Inputs> asked = inner.map(known::get).flatMap(CallEstimate::inputs);
    if (asked.isEmpty() || !rows.countable()) {
      return Optional.empty();
    }
    long count = Dataset$.MODULE$.ofRows(session, new Filter(guard, rows.plan())).count();
    long distinct = Math.min(count, asked.get().distinct());
    long tokens =
        inner.get().spec().task().generates()
            ? asked.get().size().mostNewTokens()
            : distinct * LABEL_TOKENS;
    return Optional.of(
        new CallEstimate.Inputs(
            count,
            distinct,
            0,
            sizes.atMost(call.spec().task(), distinct, tokens, call.spec().options()),
            0));
  }

  private static String basis(
      LlamaCall call, WithoutAnswers rows, boolean guarded, Optional<CallEstimate.Inputs> inputs) {
    if (inputs.isEmpty()) {
      return "unknown: it depends on what other calls answer";
    }
    if (rows.unknown(call.input())) {
      return "at most: the inputs are answers of another call";
    }
    String exact =
        inputs.get().distinct() < InputSizes.SAMPLE
            ? "every input measured"
            : "a sample of %d distinct inputs measured".formatted(InputSizes.SAMPLE);
    if (rows.choosesByAnswers() || !guarded) {
      return "at most: answers choose the rows; " + exact;
    }
    return call.spec().task() instanceof Moderated
        ? "at most: answers are moderated, however long they are; " + exact
        : exact;
  }
}
