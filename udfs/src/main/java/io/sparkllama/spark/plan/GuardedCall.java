package io.sparkllama.spark.plan;

import io.sparkllama.spark.functions.LlamaCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;

/**
 * A call, and which rows are asked.
 *
 * @param call the call
 * @param guard true for the rows that need an answer, never NULL
 */
record GuardedCall(LlamaCall call, Expression guard) {

  /**
   * The calls that can be computed next over some columns: none has a call inside, or one in its
   * guard. Where calls wait for each other in a circle, guards give way.
   */
  static List<GuardedCall> next(List<CallUse> uses, AttributeSet columns) {
    List<List<CallUse>> innermost =
        byCall(uses).stream().filter(same -> computable(same.get(0).call(), columns)).toList();
    List<List<CallUse>> usable = all(innermost, use -> use.over(columns));
    List<List<CallUse>> ready =
        usable.stream().filter(same -> same.stream().noneMatch(CallUse::waits)).toList();
    return (ready.isEmpty() ? all(usable, CallUse::impatient) : ready)
        .stream().map(GuardedCall::of).toList();
  }

  private static List<List<CallUse>> all(List<List<CallUse>> calls, UnaryOperator<CallUse> change) {
    return calls.stream().map(same -> widest(same.stream().map(change).toList())).toList();
  }

  private static boolean computable(LlamaCall call, AttributeSet columns) {
    return Calls.innermost(call) && call.references().subsetOf(columns);
  }

  private static List<List<CallUse>> byCall(List<CallUse> uses) {
    Map<Expression, List<CallUse>> byCall = new LinkedHashMap<>();
    uses.forEach(
        use ->
            byCall.computeIfAbsent(use.call().canonicalized(), call -> new ArrayList<>()).add(use));
    return List.copyOf(byCall.values());
  }

  /** The uses without those of which another has all rows. */
  private static List<CallUse> widest(List<CallUse> uses) {
    List<CallUse> widest = new ArrayList<>();
    for (CallUse use : uses) {
      if (widest.stream().noneMatch(use::within)) {
        widest.removeIf(narrow -> narrow.within(use));
        widest.add(use);
      }
    }
    return widest;
  }

  private static GuardedCall of(List<CallUse> uses) {
    List<Expression> needed = uses.stream().map(use -> Conditions.and(use.conditions())).toList();
    return new GuardedCall(uses.get(0).call(), Conditions.or(needed));
  }
}
