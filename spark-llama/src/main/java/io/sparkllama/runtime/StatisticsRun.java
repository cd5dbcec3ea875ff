package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import io.sparkllama.model.Architecture;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.tokenizer.Tokens;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Runs a graph over texts and combines its outputs, which have the same shape for every text.
 * Totals lie outside of the Java heap and go when this is closed. For one thread.
 */
public final class StatisticsRun implements AutoCloseable {

  private final ModelSession session;
  private final Architecture architecture;
  private final NativeMemory memory = new NativeMemory();
  private final Combination combination;
  private final Map<String, FloatBuffer> totals = new HashMap<>();

  /** How the outputs of texts become one. */
  public enum Combination {
    SUM,
    MAXIMUM
  }

  private StatisticsRun(ModelSession session, Architecture architecture, Combination combination) {
    this.session = session;
    this.architecture = architecture;
    this.combination = combination;
  }

  /**
   * @param graph with float outputs only
   * @param folder where its weights lie
   */
  public static StatisticsRun open(
      ModelProto graph,
      Path folder,
      Architecture architecture,
      Combination combination,
      int threads) {
    return new StatisticsRun(ModelSession.open(folder, graph, threads), architecture, combination);
  }

  /** Reads a text from its start. */
  public void add(Tokens window) {
    int length = window.length();
    List<OnnxTensor> tensors = new ArrayList<>();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (NativeMemory scratch = new NativeMemory()) {
      inputs.put("input_ids", session.tensor(scratch.longs(length).put(0, ids(window)), 1, length));
      inputs.put(
          "attention_mask", session.tensor(scratch.longs(length).put(0, ones(length)), 1, length));
      inputs.put(
          LogitsSelection.INPUT, session.tensor(scratch.longs(length).put(0, all(length)), length));
      for (int i = 0; i < 2 * architecture.layers(); i++) {
        inputs.put("past_key_values." + KvCache.name(i), noPast(scratch));
      }
      tensors.addAll(inputs.values());
      session.run(inputs, this::add);
    } finally {
      tensors.forEach(OnnxTensor::close);
    }
  }

  /** What the texts so far have come to, by output; valid until this is closed. */
  public Map<String, FloatBuffer> totals() {
    return totals;
  }

  private void add(String output, FloatBuffer values) {
    FloatBuffer total = totals.get(output);
    if (total == null) {
      totals.put(output, memory.floats(values.limit()).put(0, values, 0, values.limit()));
      return;
    }
    for (int i = 0; i < values.limit(); i++) {
      float before = total.get(i);
      float value = values.get(i);
      total.put(i, combination == Combination.SUM ? before + value : Math.max(before, value));
    }
  }

  private OnnxTensor noPast(NativeMemory scratch) {
    return session.tensor(
        scratch.floats(0), 1, architecture.keyValueHeads(), 0, architecture.headSize());
  }

  private static long[] ids(Tokens window) {
    return window.stream().asLongStream().toArray();
  }

  private static long[] ones(int length) {
    long[] ones = new long[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static long[] all(int length) {
    return LongStream.range(0, length).toArray();
  }

  @Override
  public void close() {
    memory.close();
    session.close();
  }
}
