package io.sparkllama.chat;

import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The text of an answer while its tokens come. A character of several tokens is told when all of it
 * is there.
 */
final class StreamedText {

  private static final char REPLACEMENT = '\uFFFD';

  private final LlamaTokenizer tokenizer;
  private final Consumer<String> listener;
  private final long start = System.nanoTime();
  private int[] tokens = new int[64];
  private int count;
  private String told = "";
  private long firstNanos;
  private boolean closed;

  /**
   * @param listener is given each new piece
   */
  StreamedText(LlamaTokenizer tokenizer, Consumer<String> listener) {
    this.tokenizer = tokenizer;
    this.listener = listener;
  }

  synchronized void add(int token) {
    if (closed) {
      return;
    }
    if (count == 0) {
      firstNanos = nanos();
    }
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
    }
    tokens[count++] = token;
    String text = tokenizer.decode(Tokens.of(Arrays.copyOf(tokens, count)));
    int whole = text.length();
    while (whole > 0 && text.charAt(whole - 1) == REPLACEMENT) {
      whole--;
    }
    tell(text.substring(0, whole));
  }

  /** Tells what is left of the answer's text. */
  synchronized void end(String text) {
    tell(text);
    closed = true;
  }

  /** Tells nothing more; returns what has been told. */
  synchronized String close() {
    closed = true;
    return told;
  }

  private void tell(String text) {
    if (text.length() > told.length() && text.startsWith(told)) {
      listener.accept(text.substring(told.length()));
      told = text;
    }
  }

  synchronized int tokens() {
    return count;
  }

  /** Nanoseconds since this was made. */
  long nanos() {
    return System.nanoTime() - start;
  }

  synchronized long firstNanos() {
    return count == 0 ? nanos() : firstNanos;
  }
}
