package io.sparkllama.task;

import io.sparkllama.tokenizer.LlamaTokenizer;
import java.util.List;

/** What of texts fits beside a task's instruction and answer. Safe for use by many threads. */
final class Room {

  private final Writing task;
  private final TaskOptions options;
  private final Question question;
  private final LlamaTokenizer tokenizer;
  private final TextParts texts;
  private volatile int tokens;

  Room(Writing task, TaskOptions options, Question question, LlamaTokenizer tokenizer) {
    this.task = task;
    this.options = options;
    this.question = question;
    this.tokenizer = tokenizer;
    this.texts = new TextParts(tokenizer);
  }

  /**
   * Tokens that a text may have.
   *
   * @throws io.sparkllama.errors.RequestException when instruction and answer alone fill a slot
   */
  int tokens() {
    if (tokens == 0) {
      tokens = question.roomForText(task, options);
    }
    return tokens;
  }

  int tokens(String text) {
    return tokenizer.encode(text).length();
  }

  boolean fits(String text) {
    return question.fits(task, question.prompt(task, TaskInput.of(text)), options);
  }

  /** A text that fits, or its sentences together as far as they fit. */
  List<String> pieces(String text) {
    // Parts that are joined encode a little differently than alone.
    return fits(text) ? List.of(text) : texts.split(text, tokens() * 9 / 10);
  }

  /** As much of a text's start as lets another of its kind stand beside it. */
  String half(String text) {
    return texts.start(text, halfTokens());
  }

  int halfTokens() {
    return tokens() * 9 / 20;
  }
}
