package io.sparkllama.convert.weights;

import io.sparkllama.convert.RopeFactors;
import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.gguf.GgufTensor;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Architecture;
import java.util.List;
import java.util.Optional;

/** A GGUF file's weights by their place in the decoder, in the order that transformers uses. */
public final class LlamaWeights {

  private final GgufFile file;
  private final LlamaShape shape;
  private final WeightUpdates updates;
  private final RopeFactors ropeFactors;

  public LlamaWeights(
      GgufFile file, LlamaShape shape, WeightUpdates updates, RopeFactors ropeFactors) {
    this.file = file;
    this.shape = shape;
    this.updates = updates;
    this.ropeFactors = ropeFactors;
  }

  public LlamaShape shape() {
    return shape;
  }

  public Matrix embedding() {
    return matrix("token_embd", vocabulary(), hidden());
  }

  /** The head; the embedding again where the file has none of its own. */
  public Matrix head() {
    return tied() ? embedding() : matrix("output", vocabulary(), hidden());
  }

  public boolean tied() {
    return file.tensor("output.weight").isEmpty();
  }

  public float[] finalNorm() {
    return vector("output_norm.weight", hidden());
  }

  public float[] attentionNorm(int layer) {
    return vector(block(layer, "attn_norm.weight"), hidden());
  }

  public float[] feedForwardNorm(int layer) {
    return vector(block(layer, "ffn_norm.weight"), hidden());
  }

  /** Query, key and value rows in one matrix. */
  public Matrix queryKeyValue(int layer) {
    int headSize = architecture().headSize();
    int query = architecture().heads() * headSize;
    int keyValue = architecture().keyValueHeads() * headSize;
    Matrix rawQuery = matrix(block(layer, "attn_q"), query, hidden());
    Matrix rawKey = matrix(block(layer, "attn_k"), keyValue, hidden());
    Matrix value = matrix(block(layer, "attn_v"), keyValue, hidden());
    return new Stacked(
        block(layer, "attn_qkv"),
        List.of(
            updates.apply(layer, "q_proj", new RotaryOrder(rawQuery, headSize)),
            updates.apply(layer, "k_proj", new RotaryOrder(rawKey, headSize)),
            updates.apply(layer, "v_proj", value)));
  }

  public Matrix attentionOutput(int layer) {
    int inputs = architecture().heads() * architecture().headSize();
    return updates.apply(layer, "o_proj", matrix(block(layer, "attn_output"), hidden(), inputs));
  }

  public Matrix gate(int layer) {
    return updates.apply(
        layer, "gate_proj", matrix(block(layer, "ffn_gate"), shape.intermediateSize(), hidden()));
  }

  public Matrix up(int layer) {
    return updates.apply(
        layer, "up_proj", matrix(block(layer, "ffn_up"), shape.intermediateSize(), hidden()));
  }

  public Matrix down(int layer) {
    return updates.apply(
        layer, "down_proj", matrix(block(layer, "ffn_down"), hidden(), shape.intermediateSize()));
  }

  /** What each rotary frequency is divided by, where it is; llama3 scaling is stored like this. */
  public Optional<float[]> ropeFactors() {
    return file.tensor("rope_freqs.weight")
        .filter(tensor -> ropeFactors.apply(architecture().contextLength()))
        .map(tensor -> vector(tensor.name(), architecture().headSize() / 2));
  }

  private Matrix matrix(String name, int rows, int columns) {
    GgufTensor tensor = require(name + ".weight", List.of((long) columns, (long) rows));
    return new GgufMatrix(file, tensor);
  }

  private float[] vector(String name, int size) {
    float[] values = new float[size];
    file.row(require(name, List.of((long) size)), 0, values);
    return values;
  }

  private GgufTensor require(String name, List<Long> expected) {
    GgufTensor tensor =
        file.tensor(name).orElseThrow(() -> invalid(name, "nothing", expected.toString()));
    if (!tensor.shape().equals(expected)) {
      throw invalid(name, "shape " + tensor.shape(), expected.toString());
    }
    return tensor;
  }

  private ConversionException invalid(String name, String found, String expected) {
    return new ConversionException(
        "Invalid GGUF file %s: for tensor %s found %s, expected %s. Export the file again."
            .formatted(file.path(), name, found, expected));
  }

  private static String block(int layer, String name) {
    return "blk." + layer + "." + name;
  }

  private Architecture architecture() {
    return shape.architecture();
  }

  private int hidden() {
    return architecture().hiddenSize();
  }

  private int vocabulary() {
    return architecture().vocabularySize();
  }
}
