package io.sparkllama.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** The part of {@code tokenizer_config.json} that overrules {@code tokenizer.json}. */
final class TokenizerConfig {

  private static final String FILE = "tokenizer_config.json";

  private TokenizerConfig() {}

  /** Whether plain text is opened with BOS, where the file exists and says so. */
  static Optional<Boolean> addsBegin(PackageFolder folder) {
    if (!folder.has(FILE)) {
      return Optional.empty();
    }
    JsonNode add = JsonConfig.read(folder.file(FILE)).at("add_bos_token");
    return add.isBoolean() ? Optional.of(add.booleanValue()) : Optional.empty();
  }
}
