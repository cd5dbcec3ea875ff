package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * One place in the decode batch: the tokens whose keys and values it holds, and the row that uses
 * it. A slot keeps its tokens when its row ends, so that a later prompt can start from them. Only
 * the scheduler's thread changes it; others may look at {@link #free} and {@link #length}.
 */
final class Slot {

  /** Whose keys and values a later prompt can start from. */
  enum Keeps {
    /** Those of prompts: a step gives an answer's tokens other last bits than a prompt's pass. */
    PROMPTS,
    /** Those of answers, too: a token's result does not depend on the pass that computes it. */
    ALL
  }

  private final int index;
  private final Keeps keeps;
  private final int[] tokens;
  private volatile int length;
  private int read;
  private Optional<Path> adapter = Optional.empty();
  private volatile Row row;

  Slot(int index, int capacity, Keeps keeps) {
    this.index = index;
    this.keeps = keeps;
    this.tokens = new int[capacity];
  }

  int index() {
    return index;
  }

  int capacity() {
    return tokens.length;
  }

  int length() {
    return length;
  }

  boolean full() {
    return length == tokens.length;
  }

  /**
   * The position behind the tokens that it keeps, at which a slot without a token of its own takes
   * part in a step, so that they stay whole; what is written there is overwritten by its next
   * token. A full slot forgets its last one for that.
   */
  int end() {
    if (full()) {
      truncate(length - 1);
    }
    return length;
  }

  Optional<Row> row() {
    return Optional.ofNullable(row);
  }

  boolean free() {
    return row == null;
  }

  void assign(Row newRow) {
    row = newRow;
  }

  /**
   * Where it went on when the slot's last two tokens and one more stood there before.
   *
   * @param last the token after those that the slot holds
   * @return the latest place behind such three tokens, or {@link #length()} where there is none
   */
  int continuation(int last) {
    for (int i = length - 2; i >= 2; i--) {
      if (tokens[i] == last
          && tokens[i - 1] == tokens[length - 1]
          && tokens[i - 2] == tokens[length - 2]) {
        return i + 1;
      }
    }
    return length;
  }

  /** A copy of the tokens from one place up to another. */
  Tokens tokens(int from, int to) {
    return Tokens.of(Arrays.copyOfRange(tokens, from, to));
  }

  /**
   * Takes the row's next token; a row that ends leaves the slot, and one that fails, fails alone.
   */
  void take(Logits logits, int index) {
    Job job = row.job();
    try {
      if (row.accept(logits, index, this)) {
        release();
      }
    } catch (RuntimeException e) {
      Failures.end(this, job, e);
    }
  }

  void release() {
    row = null;
  }

  /** Adds tokens of a prompt. */
  void append(Tokens added) {
    for (int i = 0; i < added.length(); i++) {
      append(added.at(i));
    }
    read = length;
  }

  /** Adds a token of an answer. */
  void append(int token) {
    int at = length;
    tokens[at] = token;
    length = at + 1;
    if (keeps == Keeps.ALL) {
      read = length;
    }
  }

  /** Keeps the first {@code newLength} tokens. */
  void truncate(int newLength) {
    length = newLength;
    read = Math.min(read, length);
  }

  /** Takes over the first tokens of another slot, whose KV has been copied. */
  void copyPrefix(Slot source, int count) {
    System.arraycopy(source.tokens, 0, tokens, 0, count);
    length = count;
    read = Math.min(source.read, count);
    adapter = source.adapter;
  }

  /** Forgets tokens whose keys and values another adapter made. */
  void use(Optional<Path> newAdapter) {
    if (!adapter.equals(newAdapter)) {
      adapter = newAdapter;
      truncate(0);
    }
  }

  /**
   * How many tokens of a prompt, from its start, this slot holds as an adapter made them and as a
   * pass over the prompt would make them.
   */
  int commonPrefix(Tokens prompt, Optional<Path> wanted) {
    if (!adapter.equals(wanted)) {
      return 0;
    }
    int limit = Math.min(read, prompt.length());
    int common = 0;
    while (common < limit && tokens[common] == prompt.at(common)) {
      common++;
    }
    return common;
  }
}
