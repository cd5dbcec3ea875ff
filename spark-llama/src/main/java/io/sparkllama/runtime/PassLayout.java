package io.sparkllama.runtime;

import java.nio.IntBuffer;

/**
 * Where the tokens of a pass belong and what they see: {@code int32[tokens, 6]} of slot and index
 * at which a token's key and value are stored, the position by which it is rotated, and two runs of
 * what it sees: positions {@code [0, end)} of a slot, and {@code [from, index]} of its own.
 */
final class PassLayout {

  static final int FIELDS = 6;

  private final IntBuffer rows;
  private int size;

  PassLayout(NativeMemory memory, int tokens) {
    this.rows = memory.ints((long) FIELDS * tokens);
  }

  void clear() {
    size = 0;
  }

  /** Rows so far. */
  int size() {
    return size;
  }

  /** A token that sees its slot up to itself. */
  void sequence(int slot, int position) {
    put(slot, position, position, 0, 0);
  }

  /**
   * A token of a branch, which is stored behind everything else.
   *
   * @param trunk positions of the slot that the branch continues
   * @param start index at which the branch is stored
   * @param offset the token's place in the branch, from 0
   */
  void branch(int slot, int trunk, int start, int offset) {
    put(slot, start + offset, trunk + offset, trunk, start);
  }

  private void put(int slot, int index, int position, int end, int from) {
    int at = FIELDS * size++;
    rows.put(at, slot).put(at + 1, index).put(at + 2, position);
    rows.put(at + 3, slot).put(at + 4, end).put(at + 5, from);
  }

  /** The rows so far. */
  IntBuffer rows() {
    return rows.slice(0, FIELDS * size);
  }
}
