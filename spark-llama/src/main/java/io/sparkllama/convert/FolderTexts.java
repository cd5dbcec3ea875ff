package io.sparkllama.convert;

import io.sparkllama.convert.source.SourceFile;
import io.sparkllama.convert.source.SourceFiles;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.errors.ConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The small files of a folder of the transformers library. */
final class FolderTexts {

  private static final List<String> REQUIRED = List.of("config.json", "tokenizer.json");
  private static final List<String> TEXTS =
      List.of(
          "config.json",
          "tokenizer.json",
          "generation_config.json",
          "tokenizer_config.json",
          "chat_template.jinja");

  private FolderTexts() {}

  /** Copies them into a package. */
  static void copy(SourceLocation location, NewFolder target) throws IOException {
    for (String name : REQUIRED) {
      if (!location.has(name)) {
        throw new ConversionException(
            "Cannot convert %s: found no %s in the folder, expected one. Save the model and its tokenizer with transformers."
                .formatted(location, name));
      }
    }
    for (String name : TEXTS) {
      if (location.has(name)) {
        try (SourceFile file = location.open(name)) {
          Files.write(target.file(name), SourceFiles.bytes(file));
        }
      }
    }
  }
}
