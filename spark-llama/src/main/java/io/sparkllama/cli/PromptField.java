package io.sparkllama.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.errors.RequestException;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;

/** The one of {@code prompt_ids}, {@code prompt} and {@code messages} that a line has. */
final class PromptField {

  private static final List<String> KINDS = List.of("prompt_ids", "prompt", "messages");

  private PromptField() {}

  static Tokens tokens(JsonLine line, LlamaTokenizer tokenizer) {
    List<String> present = KINDS.stream().filter(line::has).toList();
    if (present.size() != 1) {
      throw new RequestException(
          "Invalid line: found %s, expected one of prompt_ids, prompt and messages. %s"
              .formatted(
                  present.isEmpty() ? "no prompt" : String.join(" and ", present),
                  "Give exactly one of them."));
    }
    return switch (present.get(0)) {
      case "prompt_ids" -> ids("prompt_ids", line.array("prompt_ids"));
      case "prompt" -> tokenizer.encodePrompt(line.text("prompt"));
      default -> tokenizer.encodeChat(messages(line));
    };
  }

  /** A list of token ids. */
  static Tokens ids(String field, JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = array.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw JsonLine.wrong(field, id, "a list of token ids");
      }
      ids[i] = id.intValue();
    }
    return Tokens.of(ids);
  }

  /** The turns of a conversation, at least one. */
  static List<ChatMessage> messages(JsonLine line) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode node : line.array("messages")) {
      messages.add(new ChatMessage(part(node, "role"), part(node, "content")));
    }
    if (messages.isEmpty()) {
      throw new RequestException(
          "Invalid messages: found an empty list, expected at least one. Add a user message.");
    }
    return messages;
  }

  private static String part(JsonNode message, String field) {
    JsonNode value = message.path(field);
    if (!value.isTextual()) {
      throw JsonLine.wrong(field + " of a message", value, "a string");
    }
    return value.textValue();
  }
}
