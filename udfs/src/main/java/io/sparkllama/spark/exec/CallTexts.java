package io.sparkllama.spark.exec;

import io.sparkllama.spark.functions.LlamaAggregate;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.SortOrder;

/** Calls as EXPLAIN shows them. */
public final class CallTexts {

  private CallTexts() {}

  /** Each call with its options, its column, and which rows it is asked for if not for all. */
  public static List<String> of(
      List<LlamaCall> calls, List<Expression> guards, List<Attribute> results) {
    return IntStream.range(0, calls.size())
        .mapToObj(i -> calls.get(i) + " AS " + results.get(i) + where(guards.get(i)))
        .toList();
  }

  /** Each call over groups, with the columns that make groups and the order in them. */
  public static List<String> ofGroups(
      List<LlamaAggregate> calls,
      boolean distinct,
      List<SortOrder> groups,
      List<SortOrder> order,
      List<Attribute> results) {
    String by = groups.isEmpty() ? "" : " BY " + groups.stream().map(SortOrder::child).toList();
    return IntStream.range(0, calls.size())
        .mapToObj(
            i ->
                "%s AS %s%s IN ORDER %s"
                    .formatted(calls.get(i).toAggString(distinct), results.get(i), by, order))
        .toList();
  }

  private static String where(Expression guard) {
    return guard.semanticEquals(Literal.TrueLiteral()) ? "" : " WHERE " + guard;
  }
}
