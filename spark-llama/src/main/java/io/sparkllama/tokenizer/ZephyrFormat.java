package io.sparkllama.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * {@code <|role|>\ncontent}, EOS and a line end; content as it is.
 *
 * @param begin id in front of the conversation, if any
 */
record ZephyrFormat(OptionalInt begin, int endOfTurn) implements ChatFormat {

  @Override
  public Tokens encode(List<ChatMessage> messages, TextTokenizer text) {
    List<Tokens> parts = new ArrayList<>();
    begin.ifPresent(id -> parts.add(Tokens.of(id)));
    String between = "";
    for (ChatMessage message : messages) {
      String turn = mark(ChatFormat.role(message)) + message.content();
      parts.add(between.isEmpty() ? text.opening(turn) : text.following(between + turn));
      parts.add(Tokens.of(endOfTurn));
      between = "\n";
    }
    parts.add(text.following(between + mark("assistant")));
    return Tokens.join(parts);
  }

  private static String mark(String role) {
    return "<|" + role + "|>\n";
  }
}
