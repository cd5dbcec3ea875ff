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
    if (style == ChatStyle.LLAMA3) {
      return new ChatFormat.Llama3(
          control.beginOfText(),
          id("<|start_header_id|>"),
          id("<|end_header_id|>"),
          id("<|eot_id|>"));
    }
    // Some ChatML models name <|im_start|> as BOS: it then opens the first message already.
    int start = id("<|im_start|>");
    OptionalInt begin = control.addBeginOfText() ? control.beginOfText() : OptionalInt.empty();
    return new ChatFormat.ChatMl(
        begin.equals(OptionalInt.of(start)) ? OptionalInt.empty() : begin, start, id("<|im_end|>"));
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
