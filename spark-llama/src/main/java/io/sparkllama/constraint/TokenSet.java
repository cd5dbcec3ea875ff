package io.sparkllama.constraint;

import java.util.Arrays;
import java.util.BitSet;

/** Ids of tokens: a list where they are few, else a bit for each of the vocabulary. */
final class TokenSet {

  private static final int BITS_OF_AN_ID = 32;

  private final int[] few;
  private final BitSet many;

  private TokenSet(int[] few, BitSet many) {
    this.few = few;
    this.many = many;
  }

  /** Of some bits, which may change later. */
  static TokenSet of(BitSet tokens) {
    return tokens.cardinality() * BITS_OF_AN_ID < tokens.length()
        ? new TokenSet(tokens.stream().toArray(), new BitSet())
        : new TokenSet(new int[0], (BitSet) tokens.clone());
  }

  void addTo(BitSet tokens) {
    tokens.or(many);
    Arrays.stream(few).forEach(tokens::set);
  }
}
