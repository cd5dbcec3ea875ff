package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.FolderWeights.HeadWeight;
import io.sparkllama.convert.source.SourceFile;
import io.sparkllama.convert.source.SourceFiles;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import io.sparkllama.model.TransformersModel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the small files of a transformers folder say of a model.
 *
 * @param controlTokens ids with a meaning of their own
 * @param chatStyle layout of conversations, by template and vocabulary
 * @param shape the decoder
 * @param head which weight the head has
 * @param license of the model as hubs name it, where its card tells
 */
record FolderTexts(
    ControlTokens controlTokens,
    ChatStyle chatStyle,
    LlamaShape shape,
    HeadWeight head,
    Optional<String> license) {

  private static final List<String> REQUIRED = List.of("config.json", "tokenizer.json");
  private static final List<String> TEXTS =
      List.of(
          "config.json",
          "tokenizer.json",
          "generation_config.json",
          "tokenizer_config.json",
          "chat_template.jinja",
          // Licenses ask for a copy of themselves beside the weights.
          "LICENSE",
          "LICENSE.txt",
          "LICENSE.md",
          "NOTICE",
          "USE_POLICY.md");

  /** Copies the files into a package and reads them there. */
  static FolderTexts read(SourceLocation location, NewFolder target) throws IOException {
    copy(location, target);
    TransformersModel model = TransformersModel.read(target.root());
    JsonNode config = new ObjectMapper().readTree(target.file("config.json").toFile());
    return new FolderTexts(
        model.controlTokens(),
        ChatTemplate.ofFolder(target.root()).style(addedTokens(target), location.toString()),
        FolderShape.read(location.toString(), config, model.architecture()),
        config.path("tie_word_embeddings").asBoolean() ? HeadWeight.EMBEDDING : HeadWeight.OWN,
        SourceCard.license(location));
  }

  private static Set<String> addedTokens(NewFolder target) throws IOException {
    Set<String> contents = new HashSet<>();
    new ObjectMapper()
        .readTree(target.file("tokenizer.json").toFile())
        .path("added_tokens")
        .forEach(token -> contents.add(token.path("content").asText()));
    return contents;
  }

  private static void copy(SourceLocation location, NewFolder target) throws IOException {
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
