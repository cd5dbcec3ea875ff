package io.sparkllama.constraint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Tokens as a tree of their bytes, in one array in the order of a walk: the children of a node
 * follow it, and each node knows where its subtree ends.
 */
final class TokenTrie {

  /** Of a node where no token ends. */
  private static final int NO_TOKEN = -1;

  /** Takes a token and the bytes that it has. */
  interface Match {
    void accept(int token, int length);
  }

  private final byte[] values;
  private final short[] depths;
  private final int[] ends;
  private final int[] tokens;
  private final int longest;

  private TokenTrie(byte[] values, short[] depths, int[] ends, int[] tokens, int longest) {
    this.values = values;
    this.depths = depths;
    this.ends = ends;
    this.tokens = tokens;
    this.longest = longest;
  }

  /**
   * @param bytes of all tokens
   * @param tokens those of the tree; each has between one byte and {@link Short#MAX_VALUE}
   */
  static TokenTrie of(byte[][] bytes, List<Integer> tokens) {
    List<Integer> sorted =
        tokens.stream().sorted((a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b])).toList();
    int most = tokens.stream().mapToInt(token -> bytes[token].length).sum();
    int longest = tokens.stream().mapToInt(token -> bytes[token].length).max().orElse(0);
    byte[] values = new byte[most];
    short[] depths = new short[most];
    int[] ids = new int[most];
    byte[] before = {};
    int count = 0;
    for (int token : sorted) {
      byte[] path = bytes[token];
      int shared = Arrays.mismatch(before, path);
      // Two tokens of the same bytes: the second gets a last node of its own.
      int from = shared < 0 ? path.length - 1 : shared;
      for (int i = from; i < path.length; i++) {
        values[count] = path[i];
        depths[count] = (short) i;
        ids[count++] = i == path.length - 1 ? token : NO_TOKEN;
      }
      before = path;
    }
    short[] kept = Arrays.copyOf(depths, count);
    return new TokenTrie(
        Arrays.copyOf(values, count), kept, ends(kept), Arrays.copyOf(ids, count), longest);
  }

  /** A subtree ends at the next node that is no deeper. */
  private static int[] ends(short[] depths) {
    int[] ends = new int[depths.length];
    for (int node = depths.length - 1; node >= 0; node--) {
      int end = node + 1;
      while (end < depths.length && depths[end] > depths[node]) {
        end = ends[end];
      }
      ends[node] = end;
    }
    return ends;
  }

  /** Bytes of the longest token. */
  int longest() {
    return longest;
  }

  /**
   * Finds the tokens that a state allows.
   *
   * @param start the state and which lengths of tokens count
   * @param most tokens that may be needed for what is left after the token
   * @param found gets their ids
   */
  void walk(Opening start, Expressions expressions, int most, IntConsumer found) {
    Expression nothing = expressions.nothing();
    Expression[] states = new Expression[longest + 1];
    states[0] = start.state();
    int node = 0;
    while (node < values.length) {
      int depth = depths[node];
      Expression next = expressions.next(states[depth], values[node] & 0xFF);
      if (next == nothing) {
        node = ends[node];
        continue;
      }
      states[depth + 1] = next;
      if (tokens[node] != NO_TOKEN && start.takes(depth + 1) && next.cost.leastTokens() <= most) {
        found.accept(tokens[node]);
      }
      node++;
    }
  }

  /**
   * Finds the tokens that stand at a place of some bytes.
   *
   * @param found gets them with their lengths
   */
  void match(ByteBuffer bytes, int from, Match found) {
    int node = 0;
    int end = values.length;
    while (node < end) {
      int depth = depths[node];
      if (from + depth >= bytes.limit() || values[node] != bytes.get(from + depth)) {
        node = ends[node];
        continue;
      }
      if (tokens[node] != NO_TOKEN) {
        found.accept(tokens[node], depth + 1);
      }
      end = ends[node];
      node++;
    }
  }
}
