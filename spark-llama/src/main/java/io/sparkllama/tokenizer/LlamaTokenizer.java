package io.sparkllama.tokenizer;

import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ControlTokens;
import io.sparkllama.model.ModelPackage;
import java.util.List;
import java.util.Optional;

/**
 * Text to token ids and back, for one model package. Safe for use by many threads.
 *
 * <p>A lone surrogate in a text, which no encoding can express, is read as U+FFFD.
 */
public final class LlamaTokenizer implements AutoCloseable {

  private final ModelPackage model;
  private final TextTokenizer text;
  private final NativeTokenizer complete;
  private final Tokens opening;
  private final Optional<ChatFormat> chat;
  private VocabularyBytes bytes;

  private LlamaTokenizer(
      ModelPackage model,
      TextTokenizer text,
      NativeTokenizer complete,
      Tokens opening,
      Optional<ChatFormat> chat) {
    this.model = model;
    this.text = text;
    this.complete = complete;
    this.opening = opening;
    this.chat = chat;
  }

  /**
   * Loads the package's tokenizer.
   *
   * @throws io.sparkllama.errors.ModelException when the tokenizer.json is damaged or lacks a
   *     control token of the package's chat style
   */
  public static LlamaTokenizer open(ModelPackage model) {
    TokenizerJson json = TokenizerJson.read(model.tokenizer());
    Optional<ChatFormat> chat = ChatFormats.of(model, json.addedTokens());
    ControlTokens control = model.controlTokens();
    Tokens opening =
        control.addBeginOfText() && control.beginOfText().isPresent()
            ? Tokens.of(control.beginOfText().getAsInt())
            : Tokens.EMPTY;
    return new LlamaTokenizer(model, json.textOnly(), json.complete(), opening, chat);
  }

  /**
   * Ids of a text that stands behind other text: no control id whatever the text holds, nothing
   * added.
   */
  public Tokens encode(String text) {
    return this.text.following(text);
  }

  /**
   * Ids of a raw prompt: as {@link #encode}, with BOS in front where the package says so, and with
   * the space that SentencePiece vocabularies put in front of a text.
   */
  public Tokens encodePrompt(String text) {
    return opening.concat(this.text.opening(text));
  }

  /**
   * Ids of a conversation up to where the assistant's answer begins.
   *
   * @throws RequestException for a role other than system, user and assistant, or when the package
   *     does not tell how conversations are laid out
   */
  public Tokens encodeChat(List<ChatMessage> messages) {
    return format().encode(messages, text);
  }

  /**
   * Ids of a text as the answer to a conversation, to stand behind those of {@link #encodeChat}.
   *
   * @throws RequestException when the package does not tell how conversations are laid out
   */
  public Tokens encodeAnswer(String text) {
    return encode(format().beforeAnswer() + text);
  }

  /**
   * Ids of a whole answer to a conversation, to stand behind those of {@link #encodeChat}: the text
   * and the id with which a model ends its turn.
   *
   * @throws RequestException when the package does not tell how conversations are laid out
   */
  public Tokens encodeTurn(String text) {
    return encodeAnswer(text).concat(Tokens.of(format().endOfTurn()));
  }

  private ChatFormat format() {
    return chat.orElseThrow(
        () ->
            new RequestException(
                "Cannot encode messages: the model names no chat layout. "
                    + "Give a plain prompt instead."));
  }

  /** The text of ids; control ids yield nothing. */
  public String decode(Tokens tokens) {
    return tokens.isEmpty() ? "" : complete.decode(tokens);
  }

  /**
   * The bytes that each token stands for, read when they are first asked for.
   *
   * @throws io.sparkllama.errors.ModelException when tokens are neither bytes nor SentencePiece's
   *     pieces
   */
  public synchronized VocabularyBytes bytes() {
    if (bytes == null) {
      bytes = VocabularyBytes.of(model);
    }
    return bytes;
  }

  @Override
  public void close() {
    text.close();
    complete.close();
  }
}
