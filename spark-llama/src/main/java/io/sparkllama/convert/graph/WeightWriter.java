package io.sparkllama.convert.graph;

import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongConsumer;

/** Streams matrices into the file of weights. */
final class WeightWriter {

  private static final int TILE_BYTES = 64 << 20;

  private final ExternalData data;
  private final LongConsumer progress;

  /**
   * @param progress told of each number of weights written
   */
  WeightWriter(ExternalData data, LongConsumer progress) {
    this.data = data;
    this.progress = progress;
  }

  /** Puts one row of a matrix, encoded, into a buffer; {@code row} is its index. */
  @FunctionalInterface
  interface RowEncoder {
    void encode(int row, float[] values, ByteBuffer out);
  }

  TensorProto vector(String name, float[] values, long... shape) {
    TensorProto tensor =
        data.reserve(name, DataType.FLOAT_VALUE, (long) values.length * Float.BYTES, shape);
    ByteBuffer bytes = ExternalData.buffer(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    data.write(bytes, ExternalData.start(tensor));
    return tensor;
  }

  /** Writes rows one after the other, each {@code rowBytes} long when encoded. */
  TensorProto rows(
      String name, int type, Matrix matrix, int rowBytes, RowEncoder encoder, long... shape) {
    TensorProto tensor = data.reserve(name, type, (long) matrix.rows() * rowBytes, shape);
    long position = ExternalData.start(tensor);
    int tile = Math.max(1, Math.min(matrix.rows(), TILE_BYTES / rowBytes));
    ByteBuffer bytes = ExternalData.buffer(tile * rowBytes);
    float[] values = new float[matrix.columns()];
    for (int row = 0; row < matrix.rows(); row++) {
      read(matrix, row, values);
      encoder.encode(row, values, bytes);
      if (!bytes.hasRemaining() || row == matrix.rows() - 1) {
        int length = bytes.flip().remaining();
        data.write(bytes, position);
        position += length;
        bytes.clear();
      }
    }
    return tensor;
  }

  /**
   * Writes a matrix transposed, {@code [columns, rows]}, in tiles of rows that fit memory.
   *
   * @param width bytes of an encoded value; the encoder puts {@code columns} of them
   */
  TensorProto transposed(String name, int type, Matrix matrix, int width, RowEncoder encoder) {
    int rows = matrix.rows();
    int columns = matrix.columns();
    TensorProto tensor = data.reserve(name, type, (long) rows * columns * width, columns, rows);
    int tile = Math.max(1, Math.min(rows, TILE_BYTES / (columns * width)));
    byte[] bytes = new byte[tile * columns * width];
    for (int first = 0; first < rows; first += tile) {
      int count = Math.min(tile, rows - first);
      fill(matrix, first, count, width, encoder, bytes);
      for (int column = 0; column < columns; column++) {
        long position = ExternalData.start(tensor) + ((long) column * rows + first) * width;
        data.write(ByteBuffer.wrap(bytes, column * count * width, count * width), position);
      }
    }
    return tensor;
  }

  private void fill(
      Matrix matrix, int first, int count, int width, RowEncoder encoder, byte[] tile) {
    float[] values = new float[matrix.columns()];
    byte[] source = new byte[matrix.columns() * width];
    ByteBuffer encoded = ByteBuffer.wrap(source).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < count; row++) {
      read(matrix, first + row, values);
      encoder.encode(first + row, values, encoded.clear());
      for (int column = 0; column < values.length; column++) {
        int target = (column * count + row) * width;
        for (int i = 0; i < width; i++) {
          tile[target + i] = source[column * width + i];
        }
      }
    }
  }

  private void read(Matrix matrix, int row, float[] values) {
    matrix.row(row, values);
    float sum = 0;
    for (float value : values) {
      sum += value * 0f;
    }
    if (sum != 0) {
      throw new ConversionException(
          "Invalid weights: found a number that is not finite in row %d of %s, expected finite"
                  .formatted(row, matrix.name())
              + " numbers. Download or export the model again.");
    }
    progress.accept(values.length);
  }
}
