package io.sparkllama.tokenizer;

import io.sparkllama.errors.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/** A layout of conversations; control tokens are placed by id around encoded text. */
sealed interface ChatFormat {

  Set<String> ROLES = Set.of("system", "user", "assistant");

  /** Ids up to where the assistant's answer begins. */
  Tokens encode(List<ChatMessage> messages, Function<String, Tokens> text);

  /**
   * {@code <|start_header_id|>role<|end_header_id|>\n\ncontent<|eot_id|>}, content trimmed.
   *
   * @param begin id in front of the conversation, if any
   */
  record Llama3(OptionalInt begin, int startHeader, int endHeader, int endOfTurn)
      implements ChatFormat {

    @Override
    public Tokens encode(List<ChatMessage> messages, Function<String, Tokens> text) {
      List<Tokens> parts = new ArrayList<>();
      begin.ifPresent(id -> parts.add(Tokens.of(id)));
      for (ChatMessage message : messages) {
        header(parts, role(message), text);
        parts.add(text.apply("\n\n" + Whitespace.trim(message.content())));
        parts.add(Tokens.of(endOfTurn));
      }
      header(parts, "assistant", text);
      parts.add(text.apply("\n\n"));
      return Tokens.join(parts);
    }

    private void header(List<Tokens> parts, String role, Function<String, Tokens> text) {
      parts.add(Tokens.of(startHeader));
      parts.add(text.apply(role));
      parts.add(Tokens.of(endHeader));
    }
  }

  /**
   * {@code <|im_start|>role\ncontent<|im_end|>\n}, content as it is.
   *
   * @param begin id in front of the conversation, if any
   */
  record ChatMl(OptionalInt begin, int start, int end) implements ChatFormat {

    @Override
    public Tokens encode(List<ChatMessage> messages, Function<String, Tokens> text) {
      List<Tokens> parts = new ArrayList<>();
      begin.ifPresent(id -> parts.add(Tokens.of(id)));
      for (ChatMessage message : messages) {
        parts.add(Tokens.of(start));
        parts.add(text.apply(role(message) + "\n" + message.content()));
        parts.add(Tokens.of(end));
        parts.add(text.apply("\n"));
      }
      parts.add(Tokens.of(start));
      parts.add(text.apply("assistant\n"));
      return Tokens.join(parts);
    }
  }

  private static String role(ChatMessage message) {
    if (!ROLES.contains(message.role())) {
      throw new RequestException(
          "Invalid role of a message: expected system, user or assistant. Correct the role.");
    }
    return message.role();
  }
}
