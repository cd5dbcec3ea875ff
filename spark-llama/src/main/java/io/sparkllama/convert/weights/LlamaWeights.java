package io.sparkllama.convert.weights;

import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Architecture;
import java.util.HashSet;
import java.util.Set;

/** A checkpoint's weights, held against its shape when they are asked for. */
public final class LlamaWeights implements DecoderWeights {

  private final WeightSource source;
  private final LlamaShape shape;
  private final WeightUpdates updates;

  public LlamaWeights(WeightSource source, LlamaShape shape, WeightUpdates updates) {
    this.source = source;
    this.shape = shape;
    this.updates = updates;
  }

  @Override
  public LlamaShape shape() {
    return shape;
  }

  @Override
  public Matrix embedding() {
    return matrix("model.embed_tokens", vocabulary(), hidden());
  }

  @Override
  public Matrix head() {
    return tied() ? embedding() : matrix("lm_head", vocabulary(), hidden());
  }

  @Override
  public boolean tied() {
    return source.find("lm_head.weight").isEmpty();
  }

  @Override
  public float[] finalNorm() {
    return vector("model.norm");
  }

  @Override
  public float[] attentionNorm(int layer) {
    return vector(layer(layer, "input_layernorm"));
  }

  @Override
  public float[] feedForwardNorm(int layer) {
    return vector(layer(layer, "post_attention_layernorm"));
  }

  @Override
  public Matrix query(int layer) {
    return updated(layer, "self_attn", "q_proj", queryWidth(), hidden());
  }

  @Override
  public Matrix key(int layer) {
    return updated(layer, "self_attn", "k_proj", keyWidth(), hidden());
  }

  @Override
  public Matrix value(int layer) {
    return updated(layer, "self_attn", "v_proj", keyWidth(), hidden());
  }

  @Override
  public Matrix attentionOutput(int layer) {
    return updated(layer, "self_attn", "o_proj", hidden(), queryWidth());
  }

  @Override
  public Matrix gate(int layer) {
    return updated(layer, "mlp", "gate_proj", shape.intermediateSize(), hidden());
  }

  @Override
  public Matrix up(int layer) {
    return updated(layer, "mlp", "up_proj", shape.intermediateSize(), hidden());
  }

  @Override
  public Matrix down(int layer) {
    return updated(layer, "mlp", "down_proj", hidden(), shape.intermediateSize());
  }

  /** Refuses a checkpoint with weights beyond a Llama's: without them the answers are wrong. */
  public void requireNothingElse() {
    Set<String> rest = new HashSet<>(source.names());
    rest.removeAll(Set.of("model.embed_tokens.weight", "lm_head.weight", "model.norm.weight"));
    rest.removeIf(name -> name.endsWith("rotary_emb.inv_freq"));
    for (int layer = 0; layer < architecture().layers(); layer++) {
      for (String module : LlamaModules.NAMES) {
        rest.remove(layer(layer, module) + ".weight");
      }
      rest.remove(layer(layer, "input_layernorm") + ".weight");
      rest.remove(layer(layer, "post_attention_layernorm") + ".weight");
    }
    rest.stream().min(String::compareTo).ifPresent(name -> refuse(name));
  }

  private void refuse(String name) {
    throw invalid(
        name, "a tensor that a Llama of %d layers does not have".formatted(layers()), "none");
  }

  private Matrix updated(int layer, String block, String module, int rows, int columns) {
    return updates.apply(layer, module, matrix(layer(layer, block + "." + module), rows, columns));
  }

  private Matrix matrix(String module, int rows, int columns) {
    String name = module + ".weight";
    String expected = "%d x %d".formatted(rows, columns);
    Matrix found = source.find(name).orElseThrow(() -> invalid(name, "nothing", expected));
    if (found.rows() != rows || found.columns() != columns) {
      throw invalid(name, "%d x %d".formatted(found.rows(), found.columns()), expected);
    }
    return found;
  }

  private float[] vector(String module) {
    float[] values = new float[hidden()];
    matrix(module, 1, hidden()).row(0, values);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw invalid(module + ".weight", "a number that is not finite", "finite numbers");
      }
    }
    return values;
  }

  private ConversionException invalid(String name, String found, String expected) {
    return new ConversionException(
        "Invalid checkpoint %s: for tensor %s found %s, expected %s. Export or download it again."
            .formatted(source.location(), name, found, expected));
  }

  private static String layer(int layer, String name) {
    return "model.layers." + layer + "." + name;
  }

  private Architecture architecture() {
    return shape.architecture();
  }

  private int layers() {
    return architecture().layers();
  }

  private int hidden() {
    return architecture().hiddenSize();
  }

  private int vocabulary() {
    return architecture().vocabularySize();
  }

  private int queryWidth() {
    return architecture().heads() * architecture().headSize();
  }

  private int keyWidth() {
    return architecture().keyValueHeads() * architecture().headSize();
  }
}
