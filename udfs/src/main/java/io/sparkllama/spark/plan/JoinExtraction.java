package io.sparkllama.spark.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.InnerLike;
import org.apache.spark.sql.catalyst.plans.LeftOuter$;
import org.apache.spark.sql.catalyst.plans.RightOuter$;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.JoinHint;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.Option;

/**
 * Calls in a join condition: over columns of one side they are computed on that side; over both,
 * they are asked for pairs of rows.
 */
record JoinExtraction(Join join) {

  LogicalPlan plan() {
    Join sided = right(left(join));
    LogicalPlan plan = sided;
    if (Calls.in((LogicalPlan) sided)) {
      plan = overBoth(sided);
    }
    return ExtractLlamaCalls.withOutput(plan, join);
  }

  private static Join left(Join join) {
    Evaluated evaluated = evaluate(join, join.left());
    return new Join(
        evaluated.plan(), join.right(), join.joinType(), condition(join, evaluated), join.hint());
  }

  private static Join right(Join join) {
    Evaluated evaluated = evaluate(join, join.right());
    return new Join(
        join.left(), evaluated.plan(), join.joinType(), condition(join, evaluated), join.hint());
  }

  private static Evaluated evaluate(Join join, LogicalPlan side) {
    List<GuardedCall> calls =
        GuardedCall.next(CallUses.inPredicate(join.condition().get()), side.outputSet());
    return Evaluated.over(side, calls);
  }

  private static Option<Expression> condition(Join join, Evaluated evaluated) {
    return Option.apply(Calls.replace(join.condition().get(), evaluated::column));
  }

  private static LogicalPlan overBoth(Join join) {
    List<Expression> plain = new ArrayList<>();
    List<Expression> calling = new ArrayList<>();
    for (Expression conjunct : Conditions.conjuncts(join.condition().get())) {
      (Calls.in(conjunct) ? calling : plain).add(conjunct);
    }
    if (PairedJoin.handles(join.joinType())) {
      return new PairedJoin(join, plain, calling).plan();
    }
    if (join.joinType() == RightOuter$.MODULE$) {
      return new PairedJoin(mirrored(join), plain, calling).plan();
    }
    if (join.joinType() instanceof InnerLike) {
      return filtered(join, plain, calling);
    }
    throw ExtractLlamaCalls.unsupported(join);
  }

  private static Join mirrored(Join join) {
    return new Join(
        /* left= */ join.right(),
        /* right= */ join.left(),
        LeftOuter$.MODULE$,
        join.condition(),
        new JoinHint(
            /* leftHint= */ join.hint().rightHint(), /* rightHint= */ join.hint().leftHint()));
  }

  private static LogicalPlan filtered(Join join, List<Expression> plain, List<Expression> calling) {
    Option<Expression> rest =
        plain.isEmpty() ? Option.empty() : Option.apply(Conditions.and(plain));
    Join joined = new Join(join.left(), join.right(), join.joinType(), rest, join.hint());
    return ExtractLlamaCalls.below(new Filter(Conditions.and(calling), joined));
  }
}
