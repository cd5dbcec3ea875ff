package io.sparkllama.runtime.device;

import java.nio.ByteBuffer;

/**
 * Moves numbers in the memory of a device and out of it. Addresses are the device's. When a call
 * returns, what it moved is there, but for {@link #copy}. For any thread.
 */
public interface DeviceMemory {

  /**
   * Copies parts of equal size that lie equally far apart; they are there after {@link #finish}.
   *
   * @param target where the first part goes
   * @param source where the first part is; no part overlaps one that is written
   * @param parts how many
   * @param bytes of each
   * @param distance bytes from the beginning of one to that of the next, on both sides
   */
  void copy(long target, long source, long parts, long bytes, long distance);

  /** Whether passes bring what Java holds over a bus. */
  boolean apart();

  /**
   * Lets the device read and write a direct buffer by itself where it can, which is faster. It has
   * to be undone before the buffer's memory is freed.
   */
  void pin(ByteBuffer buffer);

  /** Undoes {@link #pin}. */
  void unpin(ByteBuffer buffer);

  /** Waits for all copies, and for what stopped passes still do. */
  void finish();

  /** Makes all bits zero. */
  void clear(long address, long bytes);

  /** Fills what remains of a direct buffer, without moving its position. */
  void read(long address, ByteBuffer target);
}
