package io.sparkllama.spark.functions;

import io.sparkllama.task.TaskAnswer;
import io.sparkllama.task.Value;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.unsafe.types.UTF8String;

/** What a call returns of its answer, and where an error stands. */
public enum ResultForm {
  /** The value; a row that cannot be answered follows the call's policy. */
  VALUE,
  /** {@code struct<value, error>}; a row that cannot be answered fails nothing. */
  VALUE_AND_ERROR,
  /** {@code struct<value, error, finish_reason, prompt_tokens, generated_tokens>}. */
  VALUE_AND_DETAILS,
  /** {@code struct<result, errorMessage>}, the names of Databricks. */
  RESULT_AND_MESSAGE,
  /** {@code struct<text, finish_reason, prompt_tokens, generated_tokens, error>}. */
  QUERY,
  /** The same and {@code flagged}, the categories that moderation found in input and answer. */
  QUERY_AND_FLAGS;

  private static final DataType CATEGORIES = DataTypes.createArrayType(DataTypes.StringType, false);
  private static final StructField FLAGS =
      Types.field(
          "flagged",
          Types.struct(
              List.of(Types.field("input", CATEGORIES), Types.field("answer", CATEGORIES))));

  private static final UTF8String ERROR = UTF8String.fromString("error");

  /** Whether an error is a part of the result. */
  public boolean holdsErrors() {
    return this != VALUE;
  }

  DataType dataType(AnswerType answer) {
    return switch (this) {
      case VALUE -> answer.dataType();
      case VALUE_AND_ERROR -> pair("value", answer, "error");
      case RESULT_AND_MESSAGE -> pair("result", answer, "errorMessage");
      case VALUE_AND_DETAILS ->
          Types.struct(
              List.of(
                  Types.field("value", answer.dataType()),
                  Types.field("error", DataTypes.StringType),
                  Types.field("finish_reason", DataTypes.StringType),
                  Types.field("prompt_tokens", DataTypes.IntegerType),
                  Types.field("generated_tokens", DataTypes.IntegerType)));
      case QUERY -> Types.struct(query(answer));
      case QUERY_AND_FLAGS ->
          Types.struct(Stream.concat(query(answer).stream(), Stream.of(FLAGS)).toList());
    };
  }

  private static List<StructField> query(AnswerType answer) {
    return List.of(
        Types.field("text", answer.dataType()),
        Types.field("finish_reason", DataTypes.StringType),
        Types.field("prompt_tokens", DataTypes.IntegerType),
        Types.field("generated_tokens", DataTypes.IntegerType),
        Types.field("error", DataTypes.StringType));
  }

  private static DataType pair(String value, AnswerType answer, String error) {
    return Types.struct(
        List.of(Types.field(value, answer.dataType()), Types.field(error, DataTypes.StringType)));
  }

  /** An answer as Catalyst has it. */
  Object answered(AnswerType type, TaskAnswer answer) {
    if (answer.value() instanceof Value.Flagged flagged) {
      return flagged(type.catalyst(flagged.value()), flagged.flags(), answer);
    }
    Object value = answer.value() instanceof Value.None ? null : type.catalyst(answer.value());
    return switch (this) {
      case VALUE -> value;
      case VALUE_AND_ERROR, RESULT_AND_MESSAGE -> row(value, null);
      case VALUE_AND_DETAILS ->
          row(value, null, reason(answer), answer.promptTokens(), answer.generatedTokens());
      case QUERY ->
          row(value, reason(answer), answer.promptTokens(), answer.generatedTokens(), null);
      case QUERY_AND_FLAGS -> throw new IllegalStateException("an answer without flags");
    };
  }

  private static Object flagged(Object value, Value.Flags flags, TaskAnswer answer) {
    return row(
        value,
        reason(answer),
        answer.promptTokens(),
        answer.generatedTokens(),
        null,
        row(Types.texts(flags.input()), Types.texts(flags.answer())));
  }

  private static UTF8String reason(TaskAnswer answer) {
    return UTF8String.fromString(answer.finishReason().name().toLowerCase(Locale.ROOT));
  }

  /** A row without an answer, in a form that holds errors. */
  Object failed(String message) {
    UTF8String error = UTF8String.fromString(message);
    return switch (this) {
      case VALUE_AND_DETAILS -> row(null, error, ERROR, null, null);
      case QUERY -> row(null, ERROR, null, null, error);
      case QUERY_AND_FLAGS -> row(null, ERROR, null, null, error, null);
      default -> row(null, error);
    };
  }

  private static Object row(Object... values) {
    return new GenericInternalRow(values);
  }
}
