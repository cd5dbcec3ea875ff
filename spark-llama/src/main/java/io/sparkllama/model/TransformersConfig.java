package io.sparkllama.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code config.json} and {@code generation_config.json}, as the transformers library has them. */
final class TransformersConfig {

  static final String FILE = "config.json";
  private static final String GENERATION = "generation_config.json";

  private TransformersConfig() {}

  static PackageParts read(PackageFolder folder, ModelPackage.Layout layout, Path graph) {
    Path file = folder.file(FILE);
    JsonConfig config = JsonConfig.read(file);
    TokenizerFile tokenizer = TokenizerFile.read(folder.file(LayoutReader.TOKENIZER));
    return new PackageParts(
        layout,
        file,
        architecture(config),
        controlTokens(folder, config, tokenizer),
        tokenizer.chatStyle(),
        graph,
        tokenizer,
        Map.of(),
        Optional.empty());
  }

  /** The generation configuration knows more stop ids than the model's, and comes first. */
  private static ControlTokens controlTokens(
      PackageFolder folder, JsonConfig config, TokenizerFile tokenizer) {
    OptionalInt begin = config.firstId("bos_token_id");
    List<Integer> stop = config.ids("eos_token_id");
    if (folder.has(GENERATION)) {
      JsonConfig generation = JsonConfig.read(folder.file(GENERATION));
      stop = generation.has("eos_token_id") ? generation.ids("eos_token_id") : stop;
    }
    return tokenizer.controlTokens(begin, stop, TokenizerConfig.addsBegin(folder));
  }

  private static Architecture architecture(JsonConfig config) {
    int heads = config.positive("num_attention_heads");
    int hidden = config.positive("hidden_size");
    return new Architecture(
        config.positive("num_hidden_layers"),
        heads,
        config.positiveOr("num_key_value_heads", heads),
        config.positiveOr("head_dim", hidden / heads),
        hidden,
        config.positive("vocab_size"),
        config.positive("max_position_embeddings"));
  }
}
