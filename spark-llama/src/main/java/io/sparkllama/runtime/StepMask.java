package io.sparkllama.runtime;

import java.nio.LongBuffer;

/**
 * The attention mask of decode steps, {@code int64[rows, capacity]}: ones where a row's positions
 * count. It has its full width from the start, so that a step changes a number a row and no shape;
 * attention reads as far as the ones reach.
 */
final class StepMask {

  private final LongBuffer values;
  private final int capacity;
  private final int[] ones;

  StepMask(NativeMemory memory, int slots, int capacity) {
    this.values = memory.longs((long) slots * capacity);
    this.capacity = capacity;
    this.ones = new int[slots];
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, 0);
    }
  }

  /** Gives the first rows' mask to a step. */
  void bind(StepTensors step, int rows) {
    step.input("attention_mask", values.slice(0, rows * capacity), rows, capacity);
  }

  /** Lets the first rows see the positions that count and the one that the step adds. */
  void show(int rows, int[] past) {
    for (int row = 0; row < rows; row++) {
      fill(row, ones[row], past[row] + 1, 1);
      fill(row, past[row] + 1, ones[row], 0);
      ones[row] = past[row] + 1;
    }
  }

  private void fill(int row, int from, int to, int value) {
    for (int i = from; i < to; i++) {
      values.put(row * capacity + i, value);
    }
  }
}
