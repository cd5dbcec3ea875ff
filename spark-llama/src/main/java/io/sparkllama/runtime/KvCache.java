package io.sparkllama.runtime;

import io.sparkllama.model.Architecture;
import java.nio.FloatBuffer;

/**
 * Keys and values of all slots: for each layer two buffers {@code float[slots, kv_heads, capacity,
 * head_size]}. A slot is a contiguous part of each, so it is also a batch of one.
 */
final class KvCache {

  private final int layers;
  private final int heads;
  private final int headSize;
  private final int slots;
  private final int capacity;
  private final FloatBuffer[] buffers;

  KvCache(NativeMemory memory, Architecture architecture, int slots, int capacity) {
    this.layers = architecture.layers();
    this.heads = architecture.keyValueHeads();
    this.headSize = architecture.headSize();
    this.slots = slots;
    this.capacity = capacity;
    this.buffers = new FloatBuffer[2 * layers];
    for (int i = 0; i < buffers.length; i++) {
      buffers[i] = memory.floats((long) slots * slotSize());
    }
  }

  /** Bytes that a cache takes when every position is used. */
  static long bytes(Architecture architecture, int slots, int capacity) {
    return 2L
        * architecture.layers()
        * architecture.keyValueHeads()
        * architecture.headSize()
        * Float.BYTES
        * slots
        * capacity;
  }

  int slots() {
    return slots;
  }

  int capacity() {
    return capacity;
  }

  int heads() {
    return heads;
  }

  int headSize() {
    return headSize;
  }

  /** Two for each layer: keys of layer 0, values of layer 0, keys of layer 1, ... */
  int buffers() {
    return buffers.length;
  }

  /** Name of a buffer as graphs spell it, after {@code past_key_values.} or {@code present.}. */
  static String name(int buffer) {
    return buffer / 2 + (buffer % 2 == 0 ? ".key" : ".value");
  }

  /** The part of a buffer that belongs to {@code count} slots from {@code first}. */
  FloatBuffer slots(int buffer, int first, int count) {
    return buffers[buffer].slice(first * slotSize(), count * slotSize());
  }

  /** Shape of {@code count} slots. */
  long[] shape(int count) {
    return new long[] {count, heads, capacity, headSize};
  }

  /** Index of a position in a buffer. */
  int index(int slot, int head, int position) {
    return ((slot * heads + head) * capacity + position) * headSize;
  }

  FloatBuffer buffer(int buffer) {
    return buffers[buffer];
  }

  void copyPrefix(int source, int target, int length) {
    for (FloatBuffer buffer : buffers) {
      for (int head = 0; head < heads; head++) {
        buffer.put(index(target, head, 0), buffer, index(source, head, 0), length * headSize);
      }
    }
  }

  private int slotSize() {
    return heads * capacity * headSize;
  }
}
