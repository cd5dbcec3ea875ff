package io.sparkllama.tokenizer;

import io.sparkllama.model.ModelPackage;
import java.util.List;

/** Text to token ids and back, for one model package. Safe for use by many threads. */
public final class LlamaTokenizer implements AutoCloseable {

  public static LlamaTokenizer open(ModelPackage model) {
    throw new UnsupportedOperationException();
  }

  /** Ids of a text alone: no control id whatever the text holds, nothing added. */
  public Tokens encode(String text) {
    throw new UnsupportedOperationException();
  }

  /** Ids of a raw prompt: as {@link #encode}, with BOS in front where the package says so. */
  public Tokens encodePrompt(String text) {
    throw new UnsupportedOperationException();
  }

  /** Ids of a conversation up to where the assistant's answer begins. */
  public Tokens encodeChat(List<ChatMessage> messages) {
    throw new UnsupportedOperationException();
  }

  /** The text of ids; control ids yield nothing. */
  public String decode(Tokens tokens) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
