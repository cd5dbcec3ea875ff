package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.Architecture;
import io.sparkllama.runtime.device.DeviceTensor;
import io.sparkllama.runtime.device.SessionMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of all slots in the memory of their devices: for each layer two tensors {@code
 * [slots, kv_heads, capacity, head_size]}. A slot is a contiguous part of each, so any run of slots
 * is a batch, which passes read and write in place.
 */
final class DeviceCache implements AutoCloseable {

  private final LayerMemory devices;
  private final CacheType type;
  private final int heads;
  private final int capacity;
  private final int headSize;
  private final List<DeviceTensor> tensors = new ArrayList<>();

  DeviceCache(
      LayerMemory devices, Architecture architecture, CacheType type, int slots, int capacity) {
    this.devices = devices;
    this.type = type;
    this.heads = architecture.keyValueHeads();
    this.capacity = capacity;
    this.headSize = architecture.headSize();
    try {
      for (int i = 0; i < 2 * architecture.layers(); i++) {
        tensors.add(device(i).zeros(type.javaType(), shape(slots)));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Refuses slots of which one tensor has more numbers than an operator's index reaches. */
  static void require(Architecture architecture, int slots, int capacity) {
    long position = (long) architecture.keyValueHeads() * architecture.headSize();
    long most = Integer.MAX_VALUE / position;
    if ((long) slots * capacity > most) {
      throw new EngineException(
          "Cannot keep %d slots of %d tokens: found %,d tokens together, expected at most %,d with keys of %,d numbers. Use fewer slots or a smaller capacity."
              .formatted(slots, capacity, (long) slots * capacity, most, position));
    }
  }

  private long[] shape(int slots) {
    return new long[] {slots, heads, capacity, headSize};
  }

  int capacity() {
    return capacity;
  }

  /** Lets passes read and write some slots. */
  void bind(StepTensors step, int first, int count) {
    for (int i = 0; i < tensors.size(); i++) {
      String name = KvCache.name(i);
      step.inPlace(
          "past_key_values." + name,
          "present." + name,
          device(i).view(tensors.get(i), at(first), type.javaType(), shape(count)).tensor());
    }
  }

  /** Copies the first positions of a slot into another, all heads of a tensor at once. */
  void copyPrefix(int source, int target, int length) {
    // A pass that was stopped may still write.
    devices.finish();
    for (int i = 0; i < tensors.size(); i++) {
      DeviceTensor tensor = tensors.get(i);
      device(i)
          .memory()
          .copy(
              tensor.address() + at(target),
              tensor.address() + at(source),
              heads,
              bytes(length),
              bytes(capacity));
    }
    devices.finish();
  }

  /** There are two tensors for each layer. */
  private SessionMemory device(int tensor) {
    return devices.ofLayer(tensor / 2);
  }

  /** Bytes of a tensor in front of a slot. */
  private long at(int slot) {
    return (long) slot * heads * bytes(capacity);
  }

  /** Bytes of some positions of a head. */
  private long bytes(int positions) {
    return (long) positions * headSize * type.bytes();
  }

  @Override
  public void close() {
    tensors.forEach(DeviceTensor::close);
  }
}
