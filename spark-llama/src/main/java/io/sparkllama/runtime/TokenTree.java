package io.sparkllama.runtime;

import java.util.Arrays;

/**
 * Tokens of several continuations of one past. Each token stands behind its parent, sees it and its
 * ancestors, and nothing of other branches; continuations that begin alike may share tokens.
 */
public final class TokenTree {

  /** Parent of a token that stands directly behind the past. */
  public static final int PAST = -1;

  private int[] tokens = new int[64];
  private int[] parents = new int[64];
  private int size;

  /**
   * @param parent index of a token, or {@link #PAST}
   * @return index of the new token, from 0
   */
  public int add(int parent, int token) {
    if (size == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * size);
      parents = Arrays.copyOf(parents, 2 * size);
    }
    tokens[size] = token;
    parents[size] = parent;
    return size++;
  }

  /** As {@link #add}, unless the parent has such a child already. */
  public int share(int parent, int token) {
    for (int i = parent + 1; i < size; i++) {
      if (parents[i] == parent && tokens[i] == token) {
        return i;
      }
    }
    return add(parent, token);
  }

  public int size() {
    return size;
  }

  int token(int index) {
    return tokens[index];
  }

  int parent(int index) {
    return parents[index];
  }
}
