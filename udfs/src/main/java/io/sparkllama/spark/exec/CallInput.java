package io.sparkllama.spark.exec;

import io.sparkllama.spark.functions.LlamaCall;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Predicate;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import scala.collection.immutable.Seq;

/** What a row gives to a call, if the row needs an answer. For one thread. */
final class CallInput {

  private final Optional<BasePredicate> guard;
  private final UnsafeProjection arguments;

  CallInput(LlamaCall call, Expression guard, Seq<Attribute> columns) {
    this.guard =
        guard.semanticEquals(Literal.TrueLiteral())
            ? Optional.empty()
            : Optional.of(Predicate.create(guard, columns));
    this.arguments = UnsafeProjection.create(call.children(), columns);
  }

  void begin(int partition) {
    guard.ifPresent(condition -> condition.initialize(partition));
    arguments.initialize(partition);
  }

  /** The call's arguments, valid until the next row; nothing for NULL and for a row not asked. */
  Optional<UnsafeRow> of(InternalRow row) {
    if (guard.isPresent() && !guard.get().eval(row)) {
      return Optional.empty();
    }
    UnsafeRow input = arguments.apply(row);
    return input.isNullAt(0) ? Optional.empty() : Optional.of(input);
  }
}
