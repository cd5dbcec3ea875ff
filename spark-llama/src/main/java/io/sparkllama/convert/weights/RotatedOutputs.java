package io.sparkllama.convert.weights;

import java.util.stream.IntStream;

/**
 * A weight whose outputs are rotated: rows are mixed with each other, block by block. The last
 * block is kept, since rows are asked for in their order.
 */
final class RotatedOutputs implements DerivedMatrix {

  /** Columns that one thread mixes at a time. */
  private static final int STRIP = 64;

  private final Matrix base;
  private final Rotation rotation;
  private final int size;
  private float[][] block;
  private int blockStart = -1;

  /**
   * @param size length of the vectors that the rotation is for; they repeat along the rows
   */
  RotatedOutputs(Matrix base, Rotation rotation, int size) {
    this.base = base;
    this.rotation = rotation;
    this.size = size;
  }

  @Override
  public Matrix base() {
    return base;
  }

  @Override
  public void row(int row, float[] out) {
    System.arraycopy(rows(row, 1)[0], 0, out, 0, columns());
  }

  @Override
  public synchronized float[][] rows(int first, int count) {
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      load((first + i) / rotation.block() * rotation.block());
      rows[i] = block[first + i - blockStart].clone();
    }
    return rows;
  }

  private void load(int start) {
    if (start != blockStart) {
      block = base.rows(start, rotation.block());
      blockStart = start;
      int strips = (columns() + STRIP - 1) / STRIP;
      IntStream.range(0, strips).parallel().forEach(this::mix);
    }
  }

  private void mix(int strip) {
    float[] column = new float[rotation.block()];
    for (int c = strip * STRIP; c < Math.min(columns(), (strip + 1) * STRIP); c++) {
      for (int i = 0; i < column.length; i++) {
        column[i] = block[i][c];
      }
      rotation.apply(column, 0, blockStart % size);
      for (int i = 0; i < column.length; i++) {
        block[i][c] = column[i];
      }
    }
  }
}
