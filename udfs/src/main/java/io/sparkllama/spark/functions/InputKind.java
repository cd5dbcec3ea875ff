package io.sparkllama.spark.functions;

import io.sparkllama.errors.RequestException;
import io.sparkllama.task.TaskInput;
import io.sparkllama.tokenizer.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/** What a call's column holds. */
enum InputKind {
  TEXT("STRING") {
    @Override
    boolean takes(DataType type) {
      return type instanceof StringType || type instanceof NullType;
    }

    @Override
    TaskInput read(InternalRow row, int ordinal, DataType type) {
      return TaskInput.of(row.getUTF8String(ordinal).toString());
    }
  },
  MESSAGES("ARRAY<STRUCT<role: STRING, content: STRING>>") {
    @Override
    boolean takes(DataType type) {
      return type instanceof NullType
          || (type instanceof ArrayType array
              && array.elementType() instanceof StructType message
              && isText(message, ROLE)
              && isText(message, CONTENT));
    }

    @Override
    TaskInput read(InternalRow row, int ordinal, DataType type) {
      StructType message = (StructType) ((ArrayType) type).elementType();
      ArrayData array = row.getArray(ordinal);
      List<ChatMessage> messages = new ArrayList<>();
      for (int i = 0; i < array.numElements(); i++) {
        messages.add(message(array, i, message));
      }
      return new TaskInput.Chat(messages);
    }
  };

  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final Set<String> ROLES = Set.of("system", "user", "assistant");

  private final String expected;

  InputKind(String expected) {
    this.expected = expected;
  }

  String expected() {
    return expected;
  }

  abstract boolean takes(DataType type);

  /**
   * The input of a row, not NULL.
   *
   * @throws RequestException for a conversation without messages or of unknown roles
   */
  abstract TaskInput read(InternalRow row, int ordinal, DataType type);

  private static boolean isText(StructType message, String field) {
    return List.of(message.fieldNames()).contains(field)
        && message.apply(field).dataType() instanceof StringType;
  }

  private static ChatMessage message(ArrayData array, int index, StructType type) {
    InternalRow row = array.isNullAt(index) ? null : array.getStruct(index, type.length());
    int role = type.fieldIndex(ROLE);
    int content = type.fieldIndex(CONTENT);
    if (row == null || row.isNullAt(role) || row.isNullAt(content)) {
      throw new RequestException(
          "Invalid messages: found NULL in message %d, expected a role and a content. Leave such messages out."
              .formatted(index + 1));
    }
    String name = row.getUTF8String(role).toString();
    if (!ROLES.contains(name)) {
      throw new RequestException(
          "Invalid messages: found an unknown role in message %d, expected system, user or assistant. Correct the role."
              .formatted(index + 1));
    }
    return new ChatMessage(name, row.getUTF8String(content).toString());
  }
}
