package io.sparkllama.task;

import io.sparkllama.errors.RequestException;
import io.sparkllama.tokenizer.ChatMessage;
import java.util.List;

/** What a task is about. Neither form shows its content in {@code toString}. */
public sealed interface TaskInput {

  static TaskInput of(String text) {
    return new Text(text);
  }

  /** Whether it has no character that shows. */
  boolean isBlank();

  /** A text. */
  record Text(String text) implements TaskInput {
    @Override
    public boolean isBlank() {
      return text.isBlank();
    }

    @Override
    public String toString() {
      return "Text";
    }
  }

  /**
   * A conversation whose next turn is asked for.
   *
   * @param messages at least one
   */
  record Chat(List<ChatMessage> messages) implements TaskInput {

    /**
     * @throws RequestException for no message
     */
    public Chat {
      messages = List.copyOf(messages);
      if (messages.isEmpty()) {
        throw new RequestException(
            "Invalid messages: found an empty list, expected at least one. Add a user message.");
      }
    }

    @Override
    public boolean isBlank() {
      return messages.stream().allMatch(message -> message.content().isBlank());
    }

    @Override
    public String toString() {
      return "Chat[" + messages.size() + "]";
    }
  }
}
