package io.sparkllama.convert.graph;

import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** Streams matrices into the file of weights, some rows at a time on all processors. */
final class WeightWriter {

  /** Values in memory at a time; beside them stand their encoded bytes. */
  private static final int TILE_VALUES = 4 << 20;

  private final ExternalData data;
  private final LongConsumer progress;
  private final WeightErrors errors;

  /**
   * @param progress told of each number of weights written
   * @param errors told how far encoded weights are from their values
   */
  WeightWriter(ExternalData data, LongConsumer progress, WeightErrors errors) {
    this.data = data;
    this.progress = progress;
    this.errors = errors;
  }

  /** Encodes one row; called for different rows by many threads. */
  @FunctionalInterface
  interface RowEncoder {

    /**
     * @param row index of the row
     * @param values the row; may be overwritten
     * @param out takes the encoded row
     * @return sum of the squared differences of stored and given values
     */
    double encode(int row, float[] values, ByteBuffer out);
  }

  TensorProto vector(String name, NumberType type, float[] values, long... shape) {
    TensorProto tensor = data.reserve(name, type.id(), (long) values.length * type.bytes(), shape);
    ByteBuffer bytes = ExternalData.buffer(values.length * type.bytes());
    type.put(bytes, values);
    data.write(bytes.flip(), ExternalData.start(tensor));
    return tensor;
  }

  TensorProto bytes(String name, byte[] values, long... shape) {
    TensorProto tensor = data.reserve(name, DataType.UINT8_VALUE, values.length, shape);
    data.write(ByteBuffer.wrap(values), ExternalData.start(tensor));
    return tensor;
  }

  /** Writes rows one after the other, each {@code rowBytes} long when encoded. */
  TensorProto rows(
      String name, int type, Matrix matrix, int rowBytes, RowEncoder encoder, long... shape) {
    TensorProto tensor = data.reserve(name, type, (long) matrix.rows() * rowBytes, shape);
    int tile = tile(matrix);
    byte[] bytes = new byte[tile * rowBytes];
    for (int first = 0; first < matrix.rows(); first += tile) {
      int count = Math.min(tile, matrix.rows() - first);
      encode(name, matrix, first, count, encoder, bytes, rowBytes);
      data.write(
          ByteBuffer.wrap(bytes, 0, count * rowBytes),
          ExternalData.start(tensor) + (long) first * rowBytes);
    }
    return tensor;
  }

  /**
   * Writes a matrix transposed, {@code [columns, rows]}.
   *
   * @param width bytes of an encoded value; the encoder puts {@code columns} of them
   */
  TensorProto transposed(String name, int type, Matrix matrix, int width, RowEncoder encoder) {
    int rows = matrix.rows();
    int columns = matrix.columns();
    TensorProto tensor = data.reserve(name, type, (long) rows * columns * width, columns, rows);
    int tile = tile(matrix);
    byte[] bytes = new byte[tile * columns * width];
    byte[] turned = new byte[bytes.length];
    for (int first = 0; first < rows; first += tile) {
      int count = Math.min(tile, rows - first);
      encode(name, matrix, first, count, encoder, bytes, columns * width);
      turn(bytes, turned, count, columns, width);
      write(tensor, turned, first, count, rows, columns, width);
    }
    return tensor;
  }

  /** One write where the tile is the whole matrix, else one for each column. */
  private void write(
      TensorProto tensor, byte[] turned, int first, int count, int rows, int columns, int width) {
    if (count == rows) {
      data.write(ByteBuffer.wrap(turned, 0, rows * columns * width), ExternalData.start(tensor));
      return;
    }
    for (int column = 0; column < columns; column++) {
      long position = ExternalData.start(tensor) + ((long) column * rows + first) * width;
      data.write(ByteBuffer.wrap(turned, column * count * width, count * width), position);
    }
  }

  private static void turn(byte[] bytes, byte[] turned, int rows, int columns, int width) {
    IntStream.range(0, columns)
        .parallel()
        .forEach(
            column -> {
              int target = column * rows * width;
              for (int row = 0; row < rows; row++) {
                int source = (row * columns + column) * width;
                for (int i = 0; i < width; i++) {
                  turned[target++] = bytes[source + i];
                }
              }
            });
  }

  private void encode(
      String name,
      Matrix matrix,
      int first,
      int count,
      RowEncoder encoder,
      byte[] bytes,
      int rowBytes) {
    float[][] values = matrix.rows(first, count);
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              double energy = energy(matrix, first + i, values[i]);
              ByteBuffer out =
                  ByteBuffer.wrap(bytes, i * rowBytes, rowBytes)
                      .slice()
                      .order(ByteOrder.LITTLE_ENDIAN);
              double error = encoder.encode(first + i, values[i], out);
              requireStored(matrix, first + i, error);
              errors.add(name, error, energy);
            });
    progress.accept((long) count * matrix.columns());
  }

  private static void requireStored(Matrix matrix, int row, double error) {
    if (!Double.isFinite(error)) {
      throw new ConversionException(
          "Cannot store row %d of %s: found a number beyond the range of the precision, expected smaller ones. Use the precision fp32 or bf16."
              .formatted(row, matrix.name()));
    }
  }

  private static int tile(Matrix matrix) {
    return Math.max(1, Math.min(matrix.rows(), TILE_VALUES / matrix.columns()));
  }

  private static double energy(Matrix matrix, int row, float[] values) {
    float sum = 0;
    for (float value : values) {
      sum += value * value;
    }
    if (!Float.isFinite(sum)) {
      throw new ConversionException(
          "Invalid weights: found a number that is not finite in row %d of %s, expected finite"
                  .formatted(row, matrix.name())
              + " numbers. Download or export the model again.");
    }
    return sum;
  }
}
