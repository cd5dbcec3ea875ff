package io.sparkllama.constraint;

import io.sparkllama.tokenizer.VocabularyBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * The tokens of a model as bytes.
 *
 * <p>Tokens lie in bands of lengths: which short tokens a text allows depends on the next few bytes
 * alone, so the long ones, which are few, do not decide for all.
 */
final class TokenVocabulary implements LiteralCosts {

  private static final int[] BANDS = {8, 16, 32, Short.MAX_VALUE};

  private final byte[][] bytes;
  private final Set<Integer> stops;
  private final List<TokenTrie> bands = new ArrayList<>();
  private final BitSet singleBytes = new BitSet();

  /**
   * @param size ids that the model gives scores for
   * @param stops ids that end an answer
   */
  TokenVocabulary(VocabularyBytes vocabulary, int size, Set<Integer> stops) {
    this.bytes = new byte[size][];
    this.stops = stops;
    List<Integer> tokens = new ArrayList<>();
    for (int token = 0; token < size; token++) {
      bytes[token] = stops.contains(token) ? new byte[0] : vocabulary.of(token);
      if (bytes[token].length > 0) {
        tokens.add(token);
      }
      if (bytes[token].length == 1) {
        singleBytes.set(bytes[token][0] & 0xFF);
      }
    }
    int above = 0;
    for (int band : BANDS) {
      int longer = above;
      List<Integer> inside =
          tokens.stream()
              .filter(token -> bytes[token].length > longer && bytes[token].length <= band)
              .toList();
      if (!inside.isEmpty()) {
        bands.add(TokenTrie.of(bytes, inside));
      }
      above = band;
    }
  }

  /** Ids that a model gives scores for. */
  int size() {
    return bytes.length;
  }

  /** The bytes of a token; none for one that is no text. */
  byte[] bytes(int token) {
    return bytes[token];
  }

  Set<Integer> stops() {
    return stops;
  }

  List<TokenTrie> bands() {
    return bands;
  }

  @Override
  public BitSet singleBytes() {
    return singleBytes;
  }

  @Override
  public int[] tokens(ByteBuffer literal) {
    int length = literal.limit();
    int[] least = new int[length + 1];
    Arrays.fill(least, 0, length, Cost.NEVER);
    for (int from = length - 1; from >= 0; from--) {
      int start = from;
      for (TokenTrie band : bands) {
        band.match(
            literal,
            from,
            taken -> least[start] = Math.min(least[start], least[start + taken] + 1));
      }
    }
    return Arrays.copyOf(least, length);
  }
}
