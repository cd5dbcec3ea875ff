package io.sparkllama.tokenizer;

import io.sparkllama.errors.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** A layout of conversations; control tokens are placed by id around encoded text. */
sealed interface ChatFormat
    permits ChatFormat.Llama3, ChatFormat.ChatMl, Llama2Format, ZephyrFormat, PlainFormat {

  Set<String> ROLES = Set.of("system", "user", "assistant");

  /** Ids up to where the assistant's answer begins. */
  Tokens encode(List<ChatMessage> messages, TextTokenizer text);

  /** Id with which the assistant ends its answer. */
  int endOfTurn();

  /** What stands between the end of {@link #encode} and the answer's first word. */
  default String beforeAnswer() {
    return "";
  }

  /**
   * {@code <|start_header_id|>role<|end_header_id|>\n\ncontent<|eot_id|>}, content trimmed.
   *
   * @param begin id in front of the conversation, if any
   */
  record Llama3(OptionalInt begin, int startHeader, int endHeader, int endOfTurn)
      implements ChatFormat {

    @Override
    public Tokens encode(List<ChatMessage> messages, TextTokenizer text) {
      List<Tokens> parts = new ArrayList<>();
      begin.ifPresent(id -> parts.add(Tokens.of(id)));
      for (ChatMessage message : messages) {
        header(parts, role(message), text);
        parts.add(text.following("\n\n" + Whitespace.trim(message.content())));
        parts.add(Tokens.of(endOfTurn));
      }
      header(parts, "assistant", text);
      parts.add(text.following("\n\n"));
      return Tokens.join(parts);
    }

    private void header(List<Tokens> parts, String role, TextTokenizer text) {
      parts.add(Tokens.of(startHeader));
      parts.add(text.following(role));
      parts.add(Tokens.of(endHeader));
    }
  }

  /**
   * {@code <|im_start|>role\ncontent<|im_end|>\n}, content as it is.
   *
   * @param begin id in front of the conversation, if any
   */
  record ChatMl(OptionalInt begin, int start, int endOfTurn) implements ChatFormat {

    @Override
    public Tokens encode(List<ChatMessage> messages, TextTokenizer text) {
      List<Tokens> parts = new ArrayList<>();
      begin.ifPresent(id -> parts.add(Tokens.of(id)));
      for (ChatMessage message : messages) {
        parts.add(Tokens.of(start));
        parts.add(text.following(role(message) + "\n" + message.content()));
        parts.add(Tokens.of(endOfTurn));
        parts.add(text.following("\n"));
      }
      parts.add(Tokens.of(start));
      parts.add(text.following("assistant\n"));
      return Tokens.join(parts);
    }
  }

  /** The role, when it is one of {@link #ROLES}. */
  static String role(ChatMessage message) {
    if (!ROLES.contains(message.role())) {
      throw new RequestException(
          "Invalid role of a message: expected system, user or assistant. Correct the role.");
    }
    return message.role();
  }
}
