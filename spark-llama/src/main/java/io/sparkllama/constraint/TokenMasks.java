package io.sparkllama.constraint;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tokens the states of a constraint allow. States that the longest token of a band cannot
 * tell apart share what has been found; the latest are kept.
 */
final class TokenMasks {

  /** At a vocabulary of 128,256 and most tokens allowed, 8 MB. */
  private static final int KEPT = 512;

  private record Key(int band, int state) {}

  private final List<TokenTrie> bands;
  private final Expressions expressions;
  private final Map<Key, TokenSet> known =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, TokenSet> eldest) {
          return size() > KEPT;
        }
      };

  TokenMasks(List<TokenTrie> bands, Expressions expressions) {
    this.bands = bands;
    this.expressions = expressions;
  }

  /** Adds the tokens that a state allows. */
  void add(Expression state, BitSet tokens) {
    for (int band = 0; band < bands.size(); band++) {
      TokenTrie trie = bands.get(band);
      Expression seen = expressions.horizon(state, trie.longest());
      known
          .computeIfAbsent(new Key(band, seen.id), key -> TokenSet.of(walk(trie, seen)))
          .addTo(tokens);
    }
  }

  /**
   * Adds the tokens after which an answer can still end in time; found anew each time, since every
   * state has another end.
   *
   * @param most tokens that may follow
   */
  void addWithin(Expression state, int most, BitSet tokens) {
    bands.forEach(trie -> trie.walk(state, expressions, most, tokens::set));
  }

  private BitSet walk(TokenTrie trie, Expression state) {
    BitSet found = new BitSet();
    trie.walk(state, expressions, Cost.NEVER, found::set);
    return found;
  }
}
