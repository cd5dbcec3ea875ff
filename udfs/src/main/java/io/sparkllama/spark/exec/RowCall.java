package io.sparkllama.spark.exec;

import io.sparkllama.spark.functions.LlamaCall;
import java.util.Optional;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/** One call over the rows of a partition. For one thread. */
final class RowCall implements RowQuestion {

  private static final CallAnswer NONE = new CallAnswer.None();

  private final LlamaCall call;
  private final CallInput input;
  private final KnownAnswers known;
  private final EqualTexts equalTexts;
  private final CallResult result;
  private final RowMetrics metrics;

  RowCall(
      LlamaCall call,
      CallInput input,
      KnownAnswers known,
      EqualTexts equalTexts,
      RowMetrics metrics) {
    this.call = call;
    this.input = input;
    this.known = known;
    this.equalTexts = equalTexts;
    this.result = new CallResult(metrics);
    this.metrics = metrics;
  }

  @Override
  public CallAnswer ask(InternalRow row) {
    return input.of(row).map(this::answer).orElse(NONE);
  }

  private CallAnswer answer(UnsafeRow arguments) {
    Optional<AnswerKey> key = known.key(arguments);
    Optional<Object> value = key.flatMap(known::find);
    if (value.isPresent()) {
      metrics.cached();
      return new CallAnswer.Known(value.get());
    }
    return new CallAnswer.Asked(
        equalTexts.ask(call, arguments, 0), key, arguments.getSizeInBytes());
  }

  @Override
  public Object value(CallAnswer answer) {
    if (answer instanceof CallAnswer.Known there) {
      return there.value();
    }
    if (!(answer instanceof CallAnswer.Asked asked)) {
      return null;
    }
    Object value = result.of(call.prettyName(), call.spec(), asked.answer());
    if (!asked.answer().isCompletedExceptionally()) {
      asked.key().ifPresent(key -> known.keep(key, value));
    }
    return value;
  }
}
