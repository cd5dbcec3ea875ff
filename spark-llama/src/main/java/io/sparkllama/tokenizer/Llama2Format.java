package io.sparkllama.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * {@code [INST] <<SYS>>\nsystem\n<</SYS>>\n\nuser [/INST] assistant }: each user's message with its
 * answer is a text of its own between BOS and EOS, contents trimmed.
 *
 * @param begin id in front of each text, if the model has one
 */
record Llama2Format(OptionalInt begin, int endOfTurn) implements ChatFormat {

  @Override
  public Tokens encode(List<ChatMessage> messages, TextTokenizer text) {
    List<Tokens> parts = new ArrayList<>();
    String system = "";
    String asked = "";
    for (ChatMessage message : messages) {
      switch (ChatFormat.role(message)) {
        case "system" -> system += "<<SYS>>\n" + message.content() + "\n<</SYS>>\n\n";
        case "user" -> {
          open(parts, asked, text);
          asked = instruction(system + message.content());
          system = "";
        }
        default -> {
          open(parts, asked + " " + Whitespace.trim(message.content()) + " ", text);
          parts.add(Tokens.of(endOfTurn));
          asked = "";
        }
      }
    }
    open(parts, system.isEmpty() ? asked : asked + instruction(system), text);
    return Tokens.join(parts);
  }

  @Override
  public String beforeAnswer() {
    return " ";
  }

  private static String instruction(String content) {
    return "[INST] " + Whitespace.trim(content) + " [/INST]";
  }

  private void open(List<Tokens> parts, String content, TextTokenizer text) {
    if (!content.isEmpty()) {
      begin.ifPresent(id -> parts.add(Tokens.of(id)));
      parts.add(text.opening(content));
    }
  }
}
