package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.Architecture;
import java.nio.FloatBuffer;
import java.util.stream.LongStream;

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
  private final int slotSize;
  private final FloatBuffer[] buffers;

  KvCache(NativeMemory memory, Architecture architecture, int slots, int capacity) {
    this.layers = architecture.layers();
    this.heads = architecture.keyValueHeads();
    this.headSize = architecture.headSize();
    this.slots = slots;
    this.capacity = capacity;
    this.slotSize = heads * capacity * headSize;
    this.buffers = copies(memory);
  }

  /** As many buffers of the same sizes. */
  FloatBuffer[] copies(NativeMemory memory) {
    FloatBuffer[] copies = new FloatBuffer[2 * layers];
    for (int i = 0; i < copies.length; i++) {
      copies[i] = memory.floats((long) slots * slotSize);
    }
    return copies;
  }

  /**
   * Refuses slots of which one buffer would be larger than ONNX Runtime takes it from Java. Within
   * that limit every index into a buffer is an int.
   */
  static void require(Architecture architecture, CacheType type, int slots, int capacity) {
    long position = (long) architecture.keyValueHeads() * architecture.headSize() * type.bytes();
    long most = NativeMemory.MOST_BYTES / position;
    long asked = (long) slots * capacity;
    if (asked > most) {
      throw new EngineException(
          "Cannot keep %d slots of %d tokens: found %,d tokens together, expected at most %,d with keys of %,d bytes. Use %s."
              .formatted(
                  slots,
                  capacity,
                  asked,
                  most,
                  position,
                  most < capacity
                      ? "a capacity of at most " + most
                      : "at most " + most / capacity + " slots, or a smaller capacity"));
    }
  }

  /** Bytes that a cache takes when every position is used. */
  static long bytes(Architecture architecture, CacheType type, int slots, int capacity) {
    return 2L
        * architecture.layers()
        * architecture.keyValueHeads()
        * architecture.headSize()
        * type.bytes()
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
    return buffers[buffer].slice(first * slotSize, count * slotSize);
  }

  /** Shape of {@code count} slots. */
  long[] shape(int count) {
    return shape(count, capacity);
  }

  /** Shape of {@code width} positions of {@code count} slots. */
  long[] shape(int count, int width) {
    return new long[] {count, heads, width, headSize};
  }

  /** The first values of a buffer, as many as a shape has. */
  static FloatBuffer first(FloatBuffer buffer, long... shape) {
    return buffer.slice(0, (int) LongStream.of(shape).reduce(1, Math::multiplyExact));
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
}
