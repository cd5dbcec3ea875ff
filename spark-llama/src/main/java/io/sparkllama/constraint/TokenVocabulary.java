package io.sparkllama.constraint;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The tokens of a model as bytes.
 *
 * <p>Tokens lie in bands of lengths: which short tokens a text allows depends on the next few bytes
 * alone, so the long ones, which are few, do not decide for all.
 */
final class TokenVocabulary implements LiteralSteps {

  private static final int[] BANDS = {8, 16, 32, Short.MAX_VALUE};

  private static final byte[] NO_TEXT = {};

  private final byte[][] bytes;
  private final Set<Integer> stops;
  private final Function<String, int[]> encoder;
  private final List<TokenTrie> bands = new ArrayList<>();
  private final BitSet singleBytes = new BitSet();

  /**
   * @param vocabulary bytes of each token; none for one that is no text
   * @param size ids that the model gives scores for
   * @param stops ids that end an answer
   * @param encoder ids of a text that stands behind other text
   */
  TokenVocabulary(
      IntFunction<byte[]> vocabulary,
      int size,
      Set<Integer> stops,
      Function<String, int[]> encoder) {
    this.encoder = encoder;
    this.bytes = new byte[size][];
    this.stops = stops;
    List<Integer> tokens = new ArrayList<>();
    for (int token = 0; token < size; token++) {
      bytes[token] = stops.contains(token) ? NO_TEXT : vocabulary.apply(token);
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

  /**
   * The tokens that the tokenizer makes of the text, as the model has seen it in training; behind
   * bytes where none of these begins, as few as possible.
   */
  @Override
  public int[] steps(ByteBuffer literal) {
    int length = literal.limit();
    int[] steps = encoded(literal);
    int[] least = new int[length + 1];
    for (int at = length - 1; at >= 0; at--) {
      if (steps[at] == 0) {
        steps[at] = shortestWay(literal, at, least);
      }
      least[at] = steps[at] == 0 ? Cost.NEVER : Math.min(Cost.NEVER, least[at + steps[at]] + 1);
    }
    return steps;
  }

  /** A token of just the bytes that stand at a place, the lowest of equals. */
  int token(ByteBuffer bytes, int from, int length) {
    int[] lowest = {Integer.MAX_VALUE};
    for (TokenTrie band : bands) {
      band.match(
          bytes,
          from,
          (token, found) -> {
            if (found == length) {
              lowest[0] = Math.min(lowest[0], token);
            }
          });
    }
    return lowest[0];
  }

  /** Lengths of the tokens where they begin; none where they are not just these bytes. */
  private int[] encoded(ByteBuffer literal) {
    int[] steps = new int[literal.limit()];
    int at = 0;
    for (int token : encoder.apply(StandardCharsets.UTF_8.decode(literal.duplicate()).toString())) {
      byte[] text = token < bytes.length ? bytes[token] : NO_TEXT;
      boolean fits = text.length > 0 && at + text.length <= literal.limit();
      if (!fits || !ByteBuffer.wrap(text).equals(literal.slice(at, text.length))) {
        return new int[literal.limit()];
      }
      steps[at] = text.length;
      at += text.length;
    }
    return at == literal.limit() ? steps : new int[literal.limit()];
  }

  /**
   * @param least tokens that are enough behind {@code at}
   */
  private int shortestWay(ByteBuffer literal, int at, int[] least) {
    int[] best = {0, Cost.NEVER};
    for (TokenTrie band : bands) {
      band.match(
          literal,
          at,
          (token, length) -> {
            if (least[at + length] < Cost.NEVER && least[at + length] <= best[1]) {
              best[0] = length;
              best[1] = least[at + length];
            }
          });
    }
    return best[0];
  }
}
