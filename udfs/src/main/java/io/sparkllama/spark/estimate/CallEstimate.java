package io.sparkllama.spark.estimate;

import io.sparkllama.task.TaskSize;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * What a call would ask: a row of {@code llama_estimate}.
 *
 * @param function its name
 * @param call its text, by which calls of one function are told apart
 * @param model path or URI of the model
 * @param inputs what it is asked about; empty when that depends on answers
 * @param rate what the time is based on; empty when no engine of the model has worked here
 * @param basis how exact the numbers are
 */
record CallEstimate(
    String function,
    String call,
    String model,
    Optional<Inputs> inputs,
    Optional<EngineRate> rate,
    String basis) {

  static final StructType SCHEMA =
      StructType.fromDDL(
          "function STRING, call STRING, model STRING, rows BIGINT, distinct_rows BIGINT,"
              + " requests BIGINT, refused BIGINT, prompt_tokens BIGINT,"
              + " prompt_tokens_error BIGINT, most_new_tokens BIGINT, seconds DOUBLE, rate STRING,"
              + " basis STRING");

  /**
   * The inputs of a call. Size and refusals are of distinct ones.
   *
   * @param rows rows that are asked about
   * @param distinct different inputs among them
   * @param refused inputs that would be errors
   * @param size what is asked of the engine
   * @param error half of the width of the 95 % confidence interval of the prompt tokens
   */
  record Inputs(long rows, long distinct, long refused, TaskSize size, long error) {}

  InternalRow row() {
    Object[] counts =
        inputs
            .map(
                known ->
                    new Object[] {
                      known.rows,
                      known.distinct,
                      known.size.requests(),
                      known.refused,
                      known.size.promptTokens(),
                      known.error,
                      known.size.mostNewTokens()
                    })
            .orElseGet(() -> new Object[7]);
    return new GenericInternalRow(
        Stream.of(
                Stream.of(text(function), text(call), text(model)),
                Stream.of(counts),
                Stream.of(
                    inputs
                        .flatMap(known -> rate.flatMap(one -> one.seconds(known.size)))
                        .orElse(null),
                    rate.map(one -> text(one.toString())).orElse(null),
                    text(basis)))
            .flatMap(part -> part)
            .toArray());
  }

  private static UTF8String text(String text) {
    return UTF8String.fromString(text);
  }
}
