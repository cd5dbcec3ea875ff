package io.sparkllama.convert.gguf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a tensor's values are stored: in blocks along a row, each decoded alone. Ids and layouts are
 * those of ggml.
 */
@SuppressWarnings("ImmutableEnumChecker") // decoders are functions without state
public enum TensorType {
  F32(0, 1, 4, (block, out, at) -> out[at] = block.getFloat()),
  F16(1, 1, 2, (block, out, at) -> out[at] = HalfFloat.toFloat(block.getShort())),
  Q4_0(2, 32, 18, BlockDecoders::q4WithoutMinimum),
  Q4_1(3, 32, 20, BlockDecoders::q4WithMinimum),
  Q5_0(6, 32, 22, BlockDecoders::q5WithoutMinimum),
  Q5_1(7, 32, 24, BlockDecoders::q5WithMinimum),
  Q8_0(8, 32, 34, BlockDecoders::q8),
  Q2_K(10, 256, 84, SixteenQuants::q2),
  Q3_K(11, 256, 110, SixteenQuants::q3),
  Q4_K(12, 256, 144, KQuants::q4),
  Q5_K(13, 256, 176, KQuants::q5),
  Q6_K(14, 256, 210, SixteenQuants::q6),
  IQ4_NL(20, 32, 18, TableQuants::nonLinear),
  IQ4_XS(23, 256, 136, TableQuants::extraSmall),
  BF16(30, 1, 2, (block, out, at) -> out[at] = HalfFloat.fromBfloat(block.getShort()));

  private final int id;
  private final int blockValues;
  private final int blockBytes;
  private final BlockDecoder decoder;

  /** Turns the next block of a buffer into values from index {@code at}. */
  @FunctionalInterface
  interface BlockDecoder {
    void decode(ByteBuffer block, float[] out, int at);
  }

  TensorType(int id, int blockValues, int blockBytes, BlockDecoder decoder) {
    this.id = id;
    this.blockValues = blockValues;
    this.blockBytes = blockBytes;
    this.decoder = decoder;
  }

  /** All names, for messages. */
  static String names() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }

  static Optional<TensorType> of(int id) {
    return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
  }

  /** Values in one block; a row is a whole number of blocks. */
  int blockValues() {
    return blockValues;
  }

  /** Bytes of a row. */
  long rowBytes(long rowValues) {
    return rowValues / blockValues * blockBytes;
  }

  /** Decodes {@code count} values from the buffer's position. */
  void decode(ByteBuffer source, float[] out, int count) {
    for (int at = 0; at < count; at += blockValues) {
      decoder.decode(source, out, at);
    }
  }
}
