package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import java.nio.IntBuffer;
import java.nio.LongBuffer;

/**
 * What passes on a device are told, in buffers that all of them share: token ids, where logits are
 * asked for, and lengths. On a GPU nothing checks the lengths, so they are checked here.
 */
final class DevicePasses {

  private final Session session;
  private final DeviceCache cache;
  private final DeviceLogits asked;
  private final LongBuffer ids;
  private final LongBuffer indices;
  private final IntBuffer lastPositions;
  private final IntBuffer totalLength;

  DevicePasses(
      Session session,
      NativeMemory memory,
      DeviceCache cache,
      DeviceLogits asked,
      DecoderOptions options) {
    this.session = session;
    this.cache = cache;
    this.asked = asked;
    this.ids = memory.longs(options.mostTokens());
    this.indices = memory.longs(asked.maxRows());
    this.lastPositions = memory.ints(options.slots());
    this.totalLength = memory.ints(1);
  }

  /**
   * Tensors of passes over some slots that read as many tokens of each.
   *
   * @param slots from which on, and how many
   * @param length tokens of each slot
   * @param firstRow where the rows of logits are written
   * @param rows how many
   */
  StepTensors bind(Span slots, int length, int firstRow, int rows) {
    StepTensors tensors = over(slots);
    bind(tensors, slots.count, length, firstRow, rows);
    return tensors;
  }

  /** Tensors over slots, whose tokens and logits are still to be bound. */
  StepTensors over(Span slots) {
    StepTensors tensors = new StepTensors(session);
    cache.bind(tensors, slots.first, slots.count);
    tensors.input(DeviceGraph.LAST_POSITIONS, lastPositions.slice(0, slots.count), slots.count);
    tensors.input(DeviceGraph.TOTAL_LENGTH, totalLength, 1);
    return tensors;
  }

  void bind(StepTensors tensors, int count, int length, int firstRow, int rows) {
    tensors.input("input_ids", ids.slice(0, count * length), count, length);
    tensors.input(LogitsSelection.INPUT, indices.slice(0, rows), rows);
    asked.bind(tensors, firstRow, rows);
  }

  /** Slots that take part in a pass. */
  record Span(int first, int count) {}

  void id(int at, int token) {
    ids.put(at, token);
  }

  /** Asks for the logits after a token of the pass. */
  void ask(int row, int token) {
    indices.put(row, token);
  }

  /**
   * Tells a length.
   *
   * @param length positions of one of the pass's slots, those of the pass included
   */
  void length(int slot, int length) {
    lastPositions.put(slot, length - 1);
  }

  void longest(int length) {
    totalLength.put(0, length);
  }

  /** Refuses what goes beyond a slot. */
  void require(int past, int count) {
    if (past < 0 || count < 1 || past + count > cache.capacity()) {
      throw new EngineException(
          "Cannot read %d tokens behind %d: found a slot of %d. Send the request to an engine with a larger capacity."
              .formatted(count, past, cache.capacity()));
    }
  }

  /** What passes wrote last. */
  Logits logits() {
    return asked.read();
  }
}
