package io.sparkllama.convert;

import io.sparkllama.convert.gguf.GgufMetadata;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Control tokens and chat style that a GGUF file's metadata and vocabulary tell. */
final class ControlTokenIds {

  private static final List<String> STOP_KEYS =
      List.of("eos_token_id", "eot_token_id", "eom_token_id");
  private static final List<String> STOP_TOKENS =
      List.of("<|eot_id|>", "<|end_of_text|>", "<|eom_id|>", "<|im_end|>", "<|endoftext|>");

  private final GgufMetadata metadata;
  private final List<String> tokens;

  ControlTokenIds(GgufMetadata metadata) {
    this.metadata = metadata;
    this.tokens = metadata.strings("tokenizer.ggml.tokens");
  }

  ControlTokens read() {
    OptionalInt begin = id("bos_token_id").map(OptionalInt::of).orElseGet(OptionalInt::empty);
    return new ControlTokens(begin, addedBeginOfText().isPresent(), stop());
  }

  /** The id that opens every text, where the tokenizer adds one. */
  Optional<Integer> addedBeginOfText() {
    boolean byDefault =
        metadata.optionalString("tokenizer.ggml.pre").orElse("").equals("llama-bpe")
            || metadata.optionalString("tokenizer.ggml.model").orElse("").equals("llama");
    return metadata.flag("tokenizer.ggml.add_bos_token", byDefault)
        ? id("bos_token_id")
        : Optional.empty();
  }

  /**
   * The layout of conversations.
   *
   * @param model names the model in an error
   */
  ChatStyle chatStyle(String model) {
    return new ChatTemplate(metadata.optionalString("tokenizer.chat_template"))
        .style(tokens, model);
  }

  private List<Integer> stop() {
    Set<Integer> stop = new LinkedHashSet<>();
    STOP_KEYS.forEach(key -> id(key).ifPresent(stop::add));
    STOP_TOKENS.stream().map(tokens::indexOf).filter(id -> id >= 0).forEach(stop::add);
    return new ArrayList<>(stop);
  }

  private Optional<Integer> id(String key) {
    return metadata.optionalId("tokenizer.ggml." + key);
  }
}
