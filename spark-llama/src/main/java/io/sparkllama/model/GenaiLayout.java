package io.sparkllama.model;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The onnxruntime-genai builder's {@code genai_config.json} and the graph that it names. */
final class GenaiLayout implements LayoutReader {

  private static final String CONFIG = "genai_config.json";

  @Override
  public boolean recognizes(PackageFolder folder) {
    return folder.has(CONFIG);
  }

  @Override
  public PackageParts read(PackageFolder folder, Optional<String> variant) {
    LayoutReader.rejectVariant(folder, variant);
    Path file = folder.file(CONFIG);
    JsonConfig config = JsonConfig.read(file);
    TokenizerFile tokenizer = TokenizerFile.read(folder.file(TOKENIZER));
    return new PackageParts(
        ModelPackage.Layout.ONNXRUNTIME_GENAI,
        file,
        architecture(config),
        tokenizer.controlTokens(
            config.firstId("model.bos_token_id"),
            config.ids("model.eos_token_id"),
            TokenizerConfig.addsBegin(folder)),
        tokenizer.chatStyle(),
        folder.file(config.at("model.decoder.filename").asText("model.onnx")),
        tokenizer,
        Map.of(),
        Optional.empty());
  }

  private static Architecture architecture(JsonConfig config) {
    int heads = config.positive("model.decoder.num_attention_heads");
    return new Architecture(
        config.positive("model.decoder.num_hidden_layers"),
        heads,
        config.positiveOr("model.decoder.num_key_value_heads", heads),
        config.positive("model.decoder.head_size"),
        config.positive("model.decoder.hidden_size"),
        config.positive("model.vocab_size"),
        config.positive("model.context_length"));
  }
}
