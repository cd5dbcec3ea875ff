package io.sparkllama.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.ChatStyle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/**
 * The template by which a model lays out conversations; it is recognized, not run.
 *
 * @param text the template, where the model has one
 */
record ChatTemplate(Optional<String> text) {

  /** From chat_template.jinja, or as older versions of transformers keep it. */
  static ChatTemplate ofFolder(Path folder) throws IOException {
    Path file = folder.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      return new ChatTemplate(Optional.of(Files.readString(file)));
    }
    Path config = folder.resolve("tokenizer_config.json");
    if (!Files.exists(config)) {
      return new ChatTemplate(Optional.empty());
    }
    JsonNode text = new ObjectMapper().readTree(config.toFile()).path("chat_template");
    return new ChatTemplate(
        text.isMissingNode() || text.isNull() ? Optional.empty() : Optional.of(text.asText()));
  }

  /**
   * The layout that the control tokens tell, or else the template.
   *
   * @param tokens texts of the model's tokens, at least of its control tokens
   * @param model names the model in an error
   * @throws ConversionException when the template is none of those that are known
   */
  ChatStyle style(Collection<String> tokens, String model) {
    if (tokens.contains("<|start_header_id|>")) {
      return ChatStyle.LLAMA3;
    }
    if (tokens.contains("<|im_start|>")) {
      return ChatStyle.CHATML;
    }
    if (text.isEmpty()) {
      return ChatStyle.PLAIN;
    }
    if (marksTurnsByText("[INST]", tokens)) {
      return ChatStyle.LLAMA2;
    }
    if (marksTurnsByText("<|user|>", tokens)) {
      return ChatStyle.ZEPHYR;
    }
    throw new ConversionException(
        "Cannot convert %s: found a chat template that is not known, expected that of Llama 3, ChatML, Llama 2 or Zephyr. Use a checkpoint with one of these, or remove the template to convert it as a base model."
            .formatted(model));
  }

  /** Where the mark is a token of its own, the model expects that token and not its text. */
  private boolean marksTurnsByText(String mark, Collection<String> tokens) {
    return text.orElse("").contains(mark) && !tokens.contains(mark);
  }
}
