package io.sparkllama.convert;

import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.convert.weights.LlamaWeights;
import io.sparkllama.convert.weights.WeightUpdates;
import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The weights of a checkpoint as a conversion reads them, for who trains on them: dequantized, in
 * the order of transformers. Closing closes its files.
 */
public final class BaseModel implements AutoCloseable {

  private final Checkpoint source;
  private final NewFolder texts;
  private final Path scratch;
  private final LlamaWeights weights;

  private BaseModel(Checkpoint source, NewFolder texts, Path scratch) {
    this.source = source;
    this.texts = texts;
    this.scratch = scratch;
    this.weights = new LlamaWeights(source.weights(), source.shape(), WeightUpdates.NONE);
  }

  /**
   * Opens a checkpoint of a Llama.
   *
   * @param source GGUF file, or folder with config.json and safetensors, by path or URI
   * @throws ConversionException names what was found, what was expected and the remedy
   */
  public static BaseModel open(String source) {
    Path scratch = scratch();
    NewFolder texts = NewFolder.create(scratch.resolve("texts"));
    try {
      BaseModel model =
          new BaseModel(
              Checkpoint.open(source, Optional.empty(), RopeFactors.AUTO, texts), texts, scratch);
      model.weights.requireNothingElse();
      return model;
    } catch (RuntimeException e) {
      texts.close();
      scratch.toFile().delete();
      throw e;
    }
  }

  private static Path scratch() {
    try {
      return Files.createTempDirectory("spark-llama-base");
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot make a temporary folder: %s. Check java.io.tmpdir.".formatted(e), e);
    }
  }

  /** All weights; read row by row from the file when they are asked for. */
  public DecoderWeights weights() {
    return weights;
  }

  /** SHA-256 over the weights' files, as the manifest of a package that was made of them has it. */
  public String sha256() {
    return source.sha256();
  }

  @Override
  public void close() {
    source.close();
    texts.close();
    scratch.toFile().delete();
  }
}
