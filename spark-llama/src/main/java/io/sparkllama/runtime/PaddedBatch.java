package io.sparkllama.runtime;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.stream.IntStream;

/** Slots side by side as one batch, shorter ones padded at the left so that all end together. */
final class PaddedBatch {

  private final int[] slots;
  private final int[] past;
  private final int length;

  /**
   * @param slots the slots
   * @param past positions of each that count
   * @param length new positions of each
   */
  PaddedBatch(int[] slots, int[] past, int length) {
    this.slots = slots;
    this.past = past;
    this.length = length;
  }

  /** Width of the past of the longest. */
  int padded() {
    return IntStream.of(past).max().orElseThrow();
  }

  int width() {
    return padded() + length;
  }

  long[] shape(KvCache cache, int width) {
    return new long[] {slots.length, cache.heads(), width, cache.headSize()};
  }

  long size(KvCache cache, int width) {
    return (long) slots.length * cache.heads() * width * cache.headSize();
  }

  LongBuffer mask(NativeMemory memory) {
    LongBuffer mask = memory.longs((long) slots.length * width());
    for (int row = 0; row < slots.length; row++) {
      int padding = padded() - past[row];
      for (int i = 0; i < width(); i++) {
        mask.put(row * width() + i, i < padding ? 0 : 1);
      }
    }
    return mask;
  }

  LongBuffer positions(NativeMemory memory) {
    LongBuffer positions = memory.longs((long) slots.length * length);
    for (int row = 0; row < slots.length; row++) {
      for (int i = 0; i < length; i++) {
        positions.put(row * length + i, past[row] + i);
      }
    }
    return positions;
  }

  /** The slots' past in one buffer; padding holds zeros, since masked garbage could be NaN. */
  FloatBuffer gather(KvCache cache, int buffer, NativeMemory memory) {
    int size = cache.headSize();
    int padded = padded();
    FloatBuffer target = memory.floats(size(cache, padded));
    float[] zeros = new float[padded * size];
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
    return target;
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
                start + padded() * size,
                length * size);
      }
    }
  }
}
