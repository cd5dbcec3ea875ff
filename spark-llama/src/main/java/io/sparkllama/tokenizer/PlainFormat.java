package io.sparkllama.tokenizer;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Each content and a blank line.
 *
 * @param begin id in front of the conversation, if any
 * @param endOfTurn the model's end of text
 */
record PlainFormat(OptionalInt begin, int endOfTurn) implements ChatFormat {

  @Override
  public Tokens encode(List<ChatMessage> messages, TextTokenizer text) {
    messages.forEach(ChatFormat::role);
    String contents =
        messages.stream().map(message -> message.content() + "\n\n").collect(Collectors.joining());
    Tokens opening = begin.isPresent() ? Tokens.of(begin.getAsInt()) : Tokens.EMPTY;
    return opening.concat(text.opening(contents));
  }
}
