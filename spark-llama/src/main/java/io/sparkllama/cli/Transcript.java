package io.sparkllama.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.errors.RequestException;
import io.sparkllama.tokenizer.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A conversation in a file: {@code {"messages": [{"role": ..., "content": ...}, ...]}}. */
final class Transcript {

  private Transcript() {}

  /**
   * @throws RequestException when the file exists or cannot be written; it is whole or not there
   */
  static void write(List<ChatMessage> messages, Path file) {
    if (Files.exists(file)) {
      throw new RequestException(
          "Cannot save to %s: it exists. Choose another name.".formatted(file));
    }
    ObjectNode object = JsonLine.JSON.createObjectNode();
    ArrayNode array = object.putArray("messages");
    for (ChatMessage message : messages) {
      array.addObject().put("role", message.role()).put("content", message.content());
    }
    try (LineOutput output = LineOutput.open(Optional.of(file))) {
      output.write(JsonLine.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(object));
      output.commit();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always JSON", e);
    }
  }

  /**
   * @throws RequestException when the file cannot be read or holds no conversation
   */
  static List<ChatMessage> read(Path file) {
    try {
      return PromptField.messages(JsonLine.parse(Files.readString(file)));
    } catch (IOException e) {
      throw new RequestException(
          "Cannot read the conversation %s: %s. Check the path and its rights.".formatted(file, e),
          e);
    }
  }
}
