package io.sparkllama.tokenizer;

/**
 * Encodes text as plain text: whatever it holds, no control id comes of it.
 *
 * @param tokenizer knows no control tokens and puts nothing in front of a text
 */
record TextTokenizer(NativeTokenizer tokenizer, SpacePrefix prefix) implements AutoCloseable {

  /** Ids of what opens a text: a SentencePiece vocabulary puts a space in front. */
  Tokens opening(String text) {
    return following(prefix.before(text));
  }

  /** Ids of what stands after other ids of the same text. */
  Tokens following(String text) {
    return text.isEmpty() ? Tokens.EMPTY : tokenizer.encode(WellFormedText.of(text));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
