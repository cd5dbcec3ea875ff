package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/** The inputs of {@link TreeAttention} for one decoder. */
final class TreeInputs implements AutoCloseable {

  private static final int WIDTH = TreePrefill.MAX_PAST + TreePrefill.MAX_TOKENS;
  private static final float HIDDEN = -1e9f;

  private final LongBuffer positions;
  private final FloatBuffer bias;
  private final OnnxTensor tree;
  private final Map<String, OnnxTensor> sequence;

  TreeInputs(ModelSession session, NativeMemory memory) {
    this.positions = memory.longs(TreePrefill.MAX_TOKENS);
    this.bias = memory.floats((long) TreePrefill.MAX_TOKENS * WIDTH);
    this.tree = session.flag(true);
    this.sequence =
        Map.of(
            TreeAttention.TREE,
            session.flag(false),
            TreeAttention.POSITIONS,
            session.tensor(positions.slice(0, 1), 1, 1),
            TreeAttention.BIAS,
            session.tensor(bias.slice(0, 1), 1, 1, 1, 1));
  }

  /** The pass reads tokens that follow each other. */
  void sequence(StepTensors step) {
    step.shared(sequence);
  }

  void tree(StepTensors step, TokenTree tokens, int past) {
    int size = tokens.size();
    int width = past + size;
    for (int i = 0; i < size; i++) {
      place(tokens, i, past);
    }
    step.shared(Map.of(TreeAttention.TREE, tree));
    step.input(TreeAttention.POSITIONS, positions.slice(0, size), 1, size);
    step.input(TreeAttention.BIAS, bias.slice(0, size * width), 1, 1, size, width);
  }

  /** A token sees what its parent sees, and itself. */
  private void place(TokenTree tokens, int index, int past) {
    int width = past + tokens.size();
    int row = index * width;
    int parent = tokens.parent(index);
    if (parent == TokenTree.PAST) {
      for (int i = 0; i < width; i++) {
        bias.put(row + i, i < past ? 0 : HIDDEN);
      }
    } else {
      bias.put(row, bias, parent * width, width);
    }
    bias.put(row + past + index, 0);
    positions.put(index, parent == TokenTree.PAST ? past : positions.get(parent) + 1);
  }

  @Override
  public void close() {
    tree.close();
    sequence.values().forEach(OnnxTensor::close);
  }
}
