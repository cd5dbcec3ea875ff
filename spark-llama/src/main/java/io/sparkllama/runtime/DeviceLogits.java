package io.sparkllama.runtime;

import ai.onnxruntime.OnnxJavaType;
import io.sparkllama.runtime.device.DeviceTensor;
import io.sparkllama.runtime.device.SessionMemory;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;

/**
 * Where passes on a device leave the logits that are asked for: all of them there, and the most
 * likely tokens of each row where Java reads them.
 */
final class DeviceLogits implements AutoCloseable {

  private static final int LEAST_ROWS = 16;

  private final SessionMemory device;
  private final int vocabulary;
  private final int told;
  private final int maxRows;
  private final DeviceTensor scores;
  private final List<ByteBuffer> pinned;
  private final LongBuffer tokens;
  private final FloatBuffer likeliest;
  private final FloatBuffer sums;
  private final Logits logits;

  DeviceLogits(SessionMemory device, NativeMemory memory, int slots, int vocabulary) {
    this.device = device;
    this.vocabulary = vocabulary;
    this.told = LikelyTokens.count(vocabulary);
    this.maxRows = rows(slots);
    ByteBuffer tokenBytes = memory.bytes((long) maxRows * told * Long.BYTES);
    ByteBuffer likeliestBytes = memory.bytes((long) maxRows * told * Float.BYTES);
    this.tokens = tokenBytes.asLongBuffer();
    this.likeliest = likeliestBytes.asFloatBuffer();
    this.sums = memory.floats(maxRows);
    this.scores = device.zeros(OnnxJavaType.FLOAT, maxRows, vocabulary);
    this.pinned = List.of(tokenBytes, likeliestBytes);
    pinned.forEach(device.memory()::pin);
    Scores values =
        new Scores.OnDevice(
            device.memory(), scores, memory.bytes((long) vocabulary * Float.BYTES), vocabulary);
    this.logits = new Logits(values, tokens, likeliest, sums, told, vocabulary);
  }

  /** Rows that a decoder of some slots can give in one pass; a long label may ask for several. */
  static int rows(int slots) {
    return Math.max(slots, LEAST_ROWS);
  }

  int maxRows() {
    return maxRows;
  }

  /** Lets a pass write {@code rows} rows from one on. */
  void bind(StepTensors step, int first, int rows) {
    long offset = (long) first * vocabulary * Float.BYTES;
    step.output(
        LogitsSelection.OUTPUT,
        device.view(scores, offset, OnnxJavaType.FLOAT, rows, vocabulary).tensor());
    step.output(LikelyTokens.TOKENS, tokens.slice(first * told, rows * told), rows, told);
    step.output(LikelyTokens.SCORES, likeliest.slice(first * told, rows * told), rows, told);
    step.output(NextTokens.SUMS, sums.slice(first, rows), rows, 1);
  }

  /** What the last passes wrote. */
  Logits read() {
    return logits;
  }

  @Override
  public void close() {
    pinned.forEach(device.memory()::unpin);
    scores.close();
  }
}
