package io.sparkllama.task;

import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Cuts texts to a number of tokens. */
final class TextParts {

  private final LlamaTokenizer tokenizer;

  TextParts(LlamaTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The start of a text, at most {@code most} tokens. */
  String start(String text, int most) {
    Tokens tokens = tokenizer.encode(text);
    return tokens.length() <= most ? text : whole(tokenizer.decode(tokens.slice(0, most)));
  }

  /** Whole sentences of at most {@code most} tokens together; a longer sentence is cut. */
  List<String> split(String text, int most) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int size = 0;
    for (String sentence : sentences(text)) {
      for (String piece : pieces(sentence, most)) {
        int length = tokenizer.encode(piece).length();
        if (size + length > most && size > 0) {
          parts.add(part.toString().strip());
          part.setLength(0);
          size = 0;
        }
        part.append(piece);
        size += length;
      }
    }
    parts.add(part.toString().strip());
    return parts.stream().filter(whole -> !whole.isEmpty()).toList();
  }

  private static List<String> sentences(String text) {
    BreakIterator borders = BreakIterator.getSentenceInstance(Locale.ROOT);
    borders.setText(text);
    List<String> sentences = new ArrayList<>();
    int start = borders.first();
    for (int end = borders.next(); end != BreakIterator.DONE; end = borders.next()) {
      sentences.add(text.substring(start, end));
      start = end;
    }
    return sentences;
  }

  private List<String> pieces(String sentence, int most) {
    Tokens tokens = tokenizer.encode(sentence);
    if (tokens.length() <= most) {
      return List.of(sentence);
    }
    List<String> pieces = new ArrayList<>();
    for (int from = 0; from < tokens.length(); from += most) {
      int to = Math.min(tokens.length(), from + most);
      pieces.add(whole(tokenizer.decode(tokens.slice(from, to))));
    }
    return pieces;
  }

  /** A cut between the bytes of a character leaves replacement characters at the ends. */
  private static String whole(String text) {
    return text.replaceAll("^\uFFFD+|\uFFFD+$", "");
  }
}
