package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkllama.model.Architecture;
import java.util.Optional;

/**
 * Causal attention of a pass: the shared prefix to itself, and each row to the prefix and to
 * itself. The query heads that share a key-value head are computed as one matrix.
 */
final class Attention {

  private final Architecture numbers;
  private final Pass pass;
  private final RotaryAngles.Turns turns;
  private final Optional<NDArray> prefixMask;
  private final NDArray rowMask;
  private final NDArray scale;

  Attention(Architecture numbers, Pass pass, RotaryAngles.Turns turns, NDManager manager) {
    this.numbers = numbers;
    this.pass = pass;
    this.turns = turns;
    this.prefixMask =
        pass.prefix() == 0 ? Optional.empty() : Optional.of(mask(0, pass.prefix(), manager));
    this.rowMask = mask(pass.prefix(), pass.width(), manager);
    this.scale = manager.create((float) (1 / Math.sqrt(numbers.headSize())));
  }

  /** {@code [group * width, before + width]}: 0 for what a token sees, else minus infinity. */
  private NDArray mask(int before, int width, NDManager manager) {
    int keys = before + width;
    float[] mask = new float[group() * width * keys];
    for (int row = 0; row < group() * width; row++) {
      for (int key = before + row % width + 1; key < keys; key++) {
        mask[row * keys + key] = Float.NEGATIVE_INFINITY;
      }
    }
    return manager.create(mask, new Shape((long) group() * width, keys));
  }

  /**
   * @param query {@code [tokens, heads * head size]}
   * @param key {@code [tokens, key-value heads * head size]}
   * @param value as {@code key}
   * @return {@code [tokens, heads * head size]}
   */
  NDArray of(NDArray query, NDArray key, NDArray value) {
    NDArray turnedQuery = turns.turned(heads(query));
    NDArray turnedKey = turns.turned(heads(key));
    NDArray values = heads(value);
    int prefix = pass.prefix();
    if (prefixMask.isEmpty()) {
      return rows(
          queries(turnedQuery, pass.rows(), pass.width()),
          keys(turnedKey, pass.rows(), pass.width()),
          keys(values, pass.rows(), pass.width()));
    }
    NDList query2 = turnedQuery.split(new long[] {prefix});
    NDList key2 = turnedKey.split(new long[] {prefix});
    NDList value2 = values.split(new long[] {prefix});
    NDArray prefixKey = keys(key2.get(0), 1, prefix);
    NDArray prefixValue = keys(value2.get(0), 1, prefix);
    NDArray ofPrefix =
        attend(
            queries(query2.get(0), 1, prefix), prefixKey, prefixValue, prefixMask.get(), 1, prefix);
    NDArray ofRows =
        rows(
            queries(query2.get(1), pass.rows(), pass.width()),
            behind(prefixKey, keys(key2.get(1), pass.rows(), pass.width())),
            behind(prefixValue, keys(value2.get(1), pass.rows(), pass.width())));
    return ofPrefix.concat(ofRows, 0);
  }

  private NDArray rows(NDArray query, NDArray key, NDArray value) {
    return attend(query, key, value, rowMask, pass.rows(), pass.width());
  }

  private NDArray attend(
      NDArray query, NDArray key, NDArray value, NDArray mask, int rows, int width) {
    NDArray scores = query.matMul(key.transpose(0, 1, 3, 2)).mul(scale).add(mask);
    return scores
        .softmax(-1)
        .matMul(value)
        .reshape(rows, numbers.keyValueHeads(), group(), width, numbers.headSize())
        .transpose(0, 3, 1, 2, 4)
        .reshape((long) rows * width, (long) numbers.heads() * numbers.headSize());
  }

  /** The prefix's keys or values, for each row, in front of its own. */
  private NDArray behind(NDArray prefix, NDArray own) {
    Shape shape =
        new Shape(pass.rows(), numbers.keyValueHeads(), pass.prefix(), numbers.headSize());
    return prefix.broadcast(shape).concat(own, 2);
  }

  /** {@code [tokens, heads, head size]} of {@code [tokens, heads * head size]}. */
  private NDArray heads(NDArray values) {
    long heads = values.getShape().get(1) / numbers.headSize();
    return values.reshape(values.getShape().get(0), heads, numbers.headSize());
  }

  /** {@code [rows, key-value heads, group * width, head size]}. */
  private NDArray queries(NDArray heads, int rows, int width) {
    return heads
        .reshape(rows, width, numbers.keyValueHeads(), group(), numbers.headSize())
        .transpose(0, 2, 3, 1, 4)
        .reshape(rows, numbers.keyValueHeads(), (long) group() * width, numbers.headSize());
  }

  /** {@code [rows, key-value heads, width, head size]}. */
  private NDArray keys(NDArray heads, int rows, int width) {
    return heads
        .reshape(rows, width, numbers.keyValueHeads(), numbers.headSize())
        .transpose(0, 2, 1, 3);
  }

  private int group() {
    return numbers.heads() / numbers.keyValueHeads();
  }
}
