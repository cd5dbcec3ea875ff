package io.sparkllama.model;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a folder of the transformers library says of a model in config.json, generation_config.json,
 * tokenizer.json and tokenizer_config.json.
 *
 * @param architecture the decoder's numbers
 * @param controlTokens ids with a meaning of their own
 * @param chatStyle layout of conversations, where the vocabulary tells
 */
public record TransformersModel(
    Architecture architecture, ControlTokens controlTokens, Optional<ChatStyle> chatStyle) {

  /**
   * Reads the small files of a local folder.
   *
   * @throws io.sparkllama.errors.ModelException names the file and the field that is wrong
   */
  public static TransformersModel read(Path folder) {
    PackageFolder checked = PackageFolder.of(folder);
    PackageParts parts =
        TransformersConfig.read(
            checked, ModelPackage.Layout.OPTIMUM, checked.file(TransformersConfig.FILE));
    return new TransformersModel(parts.architecture(), parts.controlTokens(), parts.chatStyle());
  }
}
