package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import io.sparkllama.model.Architecture;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys and values of all slots as {@link SlotAttention} stores them: for each layer two buffers of
 * {@code slots x kv_heads x capacity x head_size} numbers. Keys lie in panels of 16 positions,
 * within which the numbers of a dimension stand side by side; values lie position after position.
 */
final class SlotCache {

  private final int heads;
  private final int headSize;
  private final int slots;
  private final int capacity;
  private final List<Numbers> buffers = new ArrayList<>();

  /** Numbers of either type. */
  private sealed interface Numbers {
    void copy(int source, int target, int count);

    OnnxTensor tensor(Session session, long... shape);
  }

  private record Floats(FloatBuffer buffer) implements Numbers {
    @Override
    public void copy(int source, int target, int count) {
      buffer.put(target, buffer, source, count);
    }

    @Override
    public OnnxTensor tensor(Session session, long... shape) {
      return session.tensor(buffer, shape);
    }
  }

  private record Halves(ShortBuffer buffer) implements Numbers {
    @Override
    public void copy(int source, int target, int count) {
      buffer.put(target, buffer, source, count);
    }

    @Override
    public OnnxTensor tensor(Session session, long... shape) {
      return session.halves(buffer, shape);
    }
  }

  SlotCache(NativeMemory memory, Architecture numbers, CacheType type, int slots, int capacity) {
    this.heads = numbers.keyValueHeads();
    this.headSize = numbers.headSize();
    this.slots = slots;
    this.capacity = panels(capacity + PackedPrefill.MOST_BRANCH_TOKENS) * SlotAttention.LANES;
    long count = (long) slots * heads * this.capacity * headSize;
    for (int i = 0; i < 2 * numbers.layers(); i++) {
      buffers.add(
          type == CacheType.FLOAT32
              ? new Floats(memory.floats(count))
              : new Halves(memory.shorts(count)));
    }
  }

  private static int panels(int positions) {
    return (positions + SlotAttention.LANES - 1) / SlotAttention.LANES;
  }

  /** The buffers as inputs of the graph. */
  Map<String, OnnxTensor> tensors(Session session) {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (int i = 0; i < buffers.size(); i++) {
      tensors.put(
          "past_key_values." + KvCache.name(i),
          buffers.get(i).tensor(session, slots, heads, capacity, headSize));
    }
    return tensors;
  }

  /** Copies the first positions of a slot into another; whole panels, so keys lie right. */
  void copyPrefix(int source, int target, int length) {
    int count = panels(length) * SlotAttention.LANES * headSize;
    for (Numbers numbers : buffers) {
      for (int head = 0; head < heads; head++) {
        numbers.copy(start(source, head), start(target, head), count);
      }
    }
  }

  private int start(int slot, int head) {
    return (slot * heads + head) * capacity * headSize;
  }
}
