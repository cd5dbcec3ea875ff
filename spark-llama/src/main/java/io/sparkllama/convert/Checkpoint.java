package io.sparkllama.convert;

import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.WeightSource;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import java.util.Optional;

/** A model in another format, open for reading. */
sealed interface Checkpoint extends AutoCloseable
    permits GgufCheckpoint, FolderCheckpoint, ConfiguredCheckpoint {

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
