package io.sparkllama.convert;

import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.WeightSource;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import java.io.IOException;
import java.util.Optional;

/**
 * A GGUF file's weights with configuration and tokenizer of a folder.
 *
 * @param file the GGUF file
 * @param texts what the folder says
 */
record ConfiguredCheckpoint(GgufCheckpoint file, FolderTexts texts) implements Checkpoint {

  static ConfiguredCheckpoint open(GgufCheckpoint file, SourceLocation config, NewFolder target) {
    try {
      return new ConfiguredCheckpoint(file, FolderTexts.read(config, target));
    } catch (IOException e) {
      file.close();
      throw target.failed(e);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public String format() {
    return file.format();
  }

  @Override
  public long bytes() {
    return file.bytes();
  }

  @Override
  public String sha256() {
    return file.sha256();
  }

  @Override
  public Optional<String> license() {
    return texts.license().or(file::license);
  }

  @Override
  public LlamaShape shape() {
    return texts.shape();
  }

  @Override
  public WeightSource weights() {
    return file.weights();
  }

  @Override
  public ControlTokens controlTokens() {
    return texts.controlTokens();
  }

  @Override
  public ChatStyle chatStyle() {
    return texts.chatStyle();
  }

  /** They were copied when this was opened. */
  @Override
  public void writeTexts(NewFolder target) {}

  @Override
  public void close() {
    file.close();
  }
}
