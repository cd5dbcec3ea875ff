package io.sparkllama.runtime;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/** Slots side by side as one batch, shorter ones padded at the left so that all end together. */
final class PaddedBatch {

  private final int[] slots;
  private final int[] past;
  private final int length;
  private final int padded;

  /**
   * @param slots the slots
   * @param past positions of each that count
   * @param length new positions of each
   */
  PaddedBatch(int[] slots, int[] past, int length) {
    this.slots = slots;
    this.past = past;
    this.length = length;
    int longest = 0;
    for (int positions : past) {
      longest = Math.max(longest, positions);
    }
    this.padded = longest;
  }

  int rows() {
    return slots.length;
  }

  int length() {
    return length;
  }

  /** Width of the past of the longest. */
  int padded() {
    return padded;
  }

  int width() {
    return padded + length;
  }

  /** Writes the mask, {@code int64[rows, width]}. */
  void mask(LongBuffer mask) {
    for (int row = 0; row < slots.length; row++) {
      int padding = padded - past[row];
      for (int i = 0; i < width(); i++) {
        mask.put(row * width() + i, i < padding ? 0 : 1);
      }
    }
  }

  /** Writes the positions of the new tokens, {@code int64[rows, length]}. */
  void positions(LongBuffer positions) {
    for (int row = 0; row < slots.length; row++) {
      for (int i = 0; i < length; i++) {
        positions.put(row * length + i, past[row] + i);
      }
    }
  }

  /**
   * Brings the slots' past into one buffer, {@code float[rows, heads, padded, head_size]}.
   *
   * @param zeros what padding holds, since masked garbage could be NaN
   */
  void gather(KvCache cache, int buffer, FloatBuffer target, FloatBuffer zeros) {
    int size = cache.headSize();
    for (int row = 0; row < slots.length; row++) {
      int padding = padded - past[row];
      for (int head = 0; head < cache.heads(); head++) {
        int start = (row * cache.heads() + head) * padded * size;
        target.put(start, zeros, 0, padding * size);
        target.put(
            start + padding * size,
            cache.buffer(buffer),
            cache.index(slots[row], head, 0),
            past[row] * size);
      }
    }
  }

  /** Stores the new positions of a present buffer in the slots. */
  void scatter(KvCache cache, int buffer, FloatBuffer present) {
    int size = cache.headSize();
    for (int row = 0; row < slots.length; row++) {
      for (int head = 0; head < cache.heads(); head++) {
        int start = (row * cache.heads() + head) * width() * size;
        cache
            .buffer(buffer)
            .put(
                cache.index(slots[row], head, past[row]),
                present,
                start + padded * size,
                length * size);
      }
    }
  }
}
