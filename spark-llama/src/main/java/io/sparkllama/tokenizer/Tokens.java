package io.sparkllama.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** An immutable sequence of token ids; equal when the ids are equal. */
public final class Tokens {

  public static final Tokens EMPTY = new Tokens(new int[0]);

  private final int[] ids;

  private Tokens(int[] ids) {
    this.ids = ids;
  }

  public static Tokens of(int... ids) {
    return new Tokens(ids.clone());
  }

  public int length() {
    return ids.length;
  }

  public boolean isEmpty() {
    return ids.length == 0;
  }

  /** The id at {@code index}, from 0. */
  public int at(int index) {
    return ids[index];
  }

  /** The ids from {@code from} (inclusive) to {@code to} (exclusive). */
  public Tokens slice(int from, int to) {
    return new Tokens(Arrays.copyOfRange(ids, from, to));
  }

  public Tokens concat(Tokens next) {
    int[] joined = Arrays.copyOf(ids, ids.length + next.ids.length);
    System.arraycopy(next.ids, 0, joined, ids.length, next.ids.length);
    return new Tokens(joined);
  }

  /** All ids, one sequence after the other. */
  public static Tokens join(List<Tokens> parts) {
    return new Tokens(parts.stream().flatMapToInt(Tokens::stream).toArray());
  }

  /** How many ids some sequences have together. */
  public static int count(List<Tokens> parts) {
    return parts.stream().mapToInt(Tokens::length).sum();
  }

  /** How many ids from the start are the same in both. */
  public int commonPrefix(Tokens other) {
    int mismatch = Arrays.mismatch(ids, other.ids);
    return mismatch < 0 ? ids.length : mismatch;
  }

  public IntStream stream() {
    return Arrays.stream(ids);
  }

  public int[] toArray() {
    return ids.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  /** Names the length only: ids are text, and text stays out of logs. */
  @Override
  public String toString() {
    return "Tokens[" + ids.length + "]";
  }
}
