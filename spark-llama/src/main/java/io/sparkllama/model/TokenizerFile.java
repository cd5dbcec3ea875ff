package io.sparkllama.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.errors.ModelException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a tokenizer.json tells of control tokens.
 *
 * @param path the file
 * @param addedTokens ids of the added tokens by their text
 * @param largestId the largest id of vocabulary and added tokens
 * @param opening id that the post-processor puts in front of a text, if any
 */
record TokenizerFile(
    Path path, Map<String, Integer> addedTokens, int largestId, OptionalInt opening) {

  static TokenizerFile read(Path path) {
    JsonConfig json = JsonConfig.read(path);
    Map<String, Integer> addedTokens = new HashMap<>();
    json.at("added_tokens")
        .forEach(
            token -> addedTokens.put(token.path("content").asText(), token.path("id").asInt()));
    int largestId = largest(addedTokens.values());
    for (JsonNode id : json.at("model.vocab")) {
      largestId = Math.max(largestId, id.asInt(-1));
    }
    if (largestId < 0) {
      throw new ModelException(
          "Invalid %s: model.vocab is missing or empty. Copy the file again.".formatted(path));
    }
    return new TokenizerFile(path, addedTokens, largestId, opening(json.at("post_processor")));
  }

  /** The chat layout whose control tokens the vocabulary has. */
  Optional<ChatStyle> chatStyle() {
    if (addedTokens.containsKey("<|start_header_id|>") && addedTokens.containsKey("<|eot_id|>")) {
      return Optional.of(ChatStyle.LLAMA3);
    }
    if (addedTokens.containsKey("<|im_start|>") && addedTokens.containsKey("<|im_end|>")) {
      return Optional.of(ChatStyle.CHATML);
    }
    return Optional.empty();
  }

  /** The id that ends a turn in the chat layout, if there is one. */
  Optional<Integer> endOfTurn() {
    return chatStyle()
        .map(style -> style == ChatStyle.LLAMA3 ? "<|eot_id|>" : "<|im_end|>")
        .map(addedTokens::get);
  }

  private static int largest(Iterable<Integer> ids) {
    int largest = -1;
    for (int id : ids) {
      largest = Math.max(largest, id);
    }
    return largest;
  }

  private static OptionalInt opening(JsonNode processor) {
    for (JsonNode part : processor.path("processors")) {
      OptionalInt found = opening(part);
      if (found.isPresent()) {
        return found;
      }
    }
    if (!processor.path("type").asText().equals("TemplateProcessing")) {
      return OptionalInt.empty();
    }
    String name = processor.path("single").path(0).path("SpecialToken").path("id").asText();
    JsonNode id = processor.path("special_tokens").path(name).path("ids").path(0);
    return id.isInt() ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
  }

  /**
   * Joins what the configuration says with what the tokenizer says.
   *
   * @param begin the configuration's id that opens a sequence
   * @param stop the configuration's ids that end an answer; the end of a turn is added, since some
   *     configurations name the end of text alone
   * @param addBegin whether to open plain text with {@code begin}, where the configuration tells
   */
  ControlTokens controlTokens(OptionalInt begin, List<Integer> stop, Optional<Boolean> addBegin) {
    OptionalInt beginOfText = begin.isPresent() ? begin : opening;
    boolean add = addBegin.orElse(beginOfText.equals(opening)) && beginOfText.isPresent();
    Set<Integer> all = new LinkedHashSet<>(stop);
    endOfTurn().ifPresent(all::add);
    return new ControlTokens(beginOfText, add, List.copyOf(all));
  }
}
