package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import io.sparkllama.onnx.StageBorders;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A lane's way through the stages of a model. Hidden states at the borders are the lane's own, so
 * that another lane may be in the next stage.
 */
final class StagedSession implements Session {

  private static final String IDS = "input_ids";

  private final Stages stages;
  private final int hiddenSize;
  private final NativeMemory memory = new NativeMemory();
  private final Map<String, FloatBuffer> hidden = new HashMap<>();
  private final Map<String, OnnxTensor> borders = new HashMap<>();
  private final AdapterRuns runs = new AdapterRuns();
  private final ProcessEnd processEnd = ProcessEnd.stopping(runs::interrupt);
  private int bound;

  /**
   * @param mostTokens of a pass
   */
  StagedSession(Stages stages, int hiddenSize, int mostTokens) {
    this.stages = stages;
    this.hiddenSize = hiddenSize;
    stages.share();
    for (int stage = 1; stage < stages.count(); stage++) {
      for (String name : StageBorders.names(stage)) {
        hidden.put(name, memory.floats((long) mostTokens * hiddenSize));
      }
    }
  }

  @Override
  public void run(Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    bind(tokens(inputs.get(IDS)));
    Map<String, OnnxTensor> allInputs = new HashMap<>(inputs);
    Map<String, OnnxTensor> allOutputs = new HashMap<>(outputs);
    allInputs.putAll(borders);
    allOutputs.putAll(borders);
    processEnd.enter();
    try {
      stages.run(allInputs, allOutputs, runs.options());
    } finally {
      processEnd.leave();
    }
  }

  private static int tokens(OnnxTensor ids) {
    return (int) LongStream.of(ids.getInfo().getShape()).reduce(1, (a, b) -> a * b);
  }

  /** Passes of as many tokens as the one before have the same tensors. */
  private void bind(int tokens) {
    if (tokens == bound) {
      return;
    }
    closeBorders();
    hidden.forEach(
        (name, states) ->
            borders.put(name, tensor(states.slice(0, tokens * hiddenSize), tokens, hiddenSize)));
    bound = tokens;
  }

  private void closeBorders() {
    borders.values().forEach(OnnxTensor::close);
    borders.clear();
  }

  @Override
  public OnnxTensor tensor(FloatBuffer values, long... shape) {
    return stages.first().tensor(values, shape);
  }

  @Override
  public OnnxTensor tensor(LongBuffer values, long... shape) {
    return stages.first().tensor(values, shape);
  }

  @Override
  public OnnxTensor tensor(IntBuffer values, long... shape) {
    return stages.first().tensor(values, shape);
  }

  @Override
  public OnnxTensor halves(ShortBuffer values, long... shape) {
    return stages.first().halves(values, shape);
  }

  @Override
  public AdapterRuns passes() {
    return runs;
  }

  @Override
  public void close() {
    processEnd.close();
    runs.close();
    closeBorders();
    memory.close();
    stages.close();
  }
}
