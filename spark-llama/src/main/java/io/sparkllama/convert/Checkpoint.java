package io.sparkllama.convert;

import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.WeightSource;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import java.util.Optional;

/** A model in another format, open for reading. */
sealed interface Checkpoint extends AutoCloseable
    permits GgufCheckpoint, FolderCheckpoint, ConfiguredCheckpoint {

  /**
   * Opens a checkpoint of either format.
   *
   * @param source GGUF file, or folder with config.json and safetensors, by path or URI
   * @param config folder whose configuration and tokenizer replace the source's
   * @param target takes the small files of a folder, which are read there
   */
  static Checkpoint open(
      String source, Optional<String> config, RopeFactors ropeFactors, NewFolder target) {
    SourceLocation location = SourceLocation.of(source);
    Optional<SourceLocation> texts = config.map(SourceLocation::of);
    if (location.folder()) {
      return FolderCheckpoint.open(location, texts.orElse(location), target);
    }
    GgufCheckpoint gguf = GgufCheckpoint.open(location, ropeFactors);
    return texts
        .<Checkpoint>map(found -> ConfiguredCheckpoint.open(gguf, found, target))
        .orElse(gguf);
  }

  /** Last part of its path. */
  String name();

  /** {@code gguf} or {@code safetensors}. */
  String format();

  /** Bytes of its weights' files. */
  long bytes();

  /** SHA-256 over its weights' files. */
  String sha256();

  /** Of the model as hubs name it, where the source tells. */
  Optional<String> license();

  LlamaShape shape();

  WeightSource weights();

  ControlTokens controlTokens();

  ChatStyle chatStyle();

  /** Writes tokenizer, configuration and chat template into a package. */
  void writeTexts(NewFolder target);

  @Override
  void close();
}
