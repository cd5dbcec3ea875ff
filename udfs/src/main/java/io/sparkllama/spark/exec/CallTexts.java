package io.sparkllama.spark.exec;

import io.sparkllama.spark.functions.LlamaCall;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;

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

  private static String where(Expression guard) {
    return guard.semanticEquals(Literal.TrueLiteral()) ? "" : " WHERE " + guard;
  }
}
