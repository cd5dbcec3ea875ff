package io.sparkllama.tokenizer;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import io.sparkllama.model.ModelPackage;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds the control ids of a package's chat layout. */
final class ChatFormats {

  private final ModelPackage model;
  private final Map<String, Integer> ids;

  private ChatFormats(ModelPackage model, Map<String, Integer> ids) {
    this.model = model;
    this.ids = ids;
  }

  static Optional<ChatFormat> of(ModelPackage model, Map<String, Integer> addedTokens) {
    ChatFormats formats = new ChatFormats(model, addedTokens);
    return model.chatStyle().map(formats::format);
  }

  private ChatFormat format(ChatStyle style) {
    ControlTokens control = model.controlTokens();
    OptionalInt added = control.addBeginOfText() ? control.beginOfText() : OptionalInt.empty();
    return switch (style) {
      case LLAMA3 ->
          new ChatFormat.Llama3(
              control.beginOfText(),
              id("<|start_header_id|>"),
              id("<|end_header_id|>"),
              id("<|eot_id|>"));
      case CHATML -> chatMl(added);
      case LLAMA2 -> new Llama2Format(control.beginOfText(), endOfText(control));
      case ZEPHYR -> new ZephyrFormat(added, endOfText(control));
      case PLAIN -> new PlainFormat(added, endOfText(control));
    };
  }

  /** Some ChatML models name {@code <|im_start|>} as BOS: it then opens the first message. */
  private ChatFormat chatMl(OptionalInt added) {
    int start = id("<|im_start|>");
    return new ChatFormat.ChatMl(
        added.equals(OptionalInt.of(start)) ? OptionalInt.empty() : added, start, id("<|im_end|>"));
  }

  /** Packages name EOS before the other ids that end an answer. */
  private static int endOfText(ControlTokens control) {
    return control.stop().get(0);
  }

  private int id(String token) {
    Integer id = ids.get(token);
    if (id == null) {
      throw new ModelException(
          "Invalid %s: no added token %s, expected by the chat style %s. %s"
              .formatted(
                  model.tokenizer(),
                  token,
                  model.chatStyle().orElseThrow(),
                  "Copy the tokenizer that belongs to this model."));
    }
    return id;
  }
}
