package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.WeightSource;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import io.sparkllama.model.TransformersModel;
import java.io.IOException;

/**
 * A GGUF file's weights with configuration and tokenizer of a folder.
 *
 * @param weightsSource the GGUF file
 * @param model what the folder says
 * @param shape the decoder that its configuration describes
 */
record ConfiguredCheckpoint(GgufCheckpoint weightsSource, TransformersModel model, LlamaShape shape)
    implements Checkpoint {

  static ConfiguredCheckpoint open(GgufCheckpoint source, SourceLocation texts, NewFolder target) {
    try {
      FolderTexts.copy(texts, target);
      TransformersModel model = TransformersModel.read(target.root());
      JsonNode config = new ObjectMapper().readTree(target.file("config.json").toFile());
      LlamaShape shape = FolderShape.read(texts.toString(), config, model.architecture());
      return new ConfiguredCheckpoint(source, model, shape);
    } catch (IOException e) {
      source.close();
      throw target.failed(e);
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return weightsSource.name();
  }

  @Override
  public String format() {
    return weightsSource.format();
  }

  @Override
  public long bytes() {
    return weightsSource.bytes();
  }

  @Override
  public String sha256() {
    return weightsSource.sha256();
  }

  @Override
  public WeightSource weights() {
    return weightsSource.weights();
  }

  @Override
  public ControlTokens controlTokens() {
    return model.controlTokens();
  }

  /** The folder's, where it tells one. */
  @Override
  public ChatStyle chatStyle() {
    return model.chatStyle().orElseGet(weightsSource::chatStyle);
  }

  /** They were copied when this was opened. */
  @Override
  public void writeTexts(NewFolder target) {}

  @Override
  public void close() {
    weightsSource.close();
  }
}
