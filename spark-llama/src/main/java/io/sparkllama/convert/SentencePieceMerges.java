package io.sparkllama.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Pairs of pieces in the order in which they merge, from the scores of SentencePiece: of the pieces
 * that two neighbours can become, the one with the highest score is made first.
 *
 * <p>Only pieces of text take part, as in SentencePiece: no pair becomes a control token, a byte or
 * a symbol that the user defined.
 */
final class SentencePieceMerges {

  /**
   * Equal scores, such as those of runs of spaces, go to the leftmost place in SentencePiece; there
   * the longer left piece stands, since it has grown from the left already.
   */
  private static final Comparator<Merge> ORDER =
      Comparator.comparingDouble(Merge::score)
          .thenComparingInt(merge -> merge.left().length())
          .thenComparingInt(merge -> merge.right().length())
          .reversed();

  private final Set<String> pieces;
  private final BitSet lengths = new BitSet();
  private final List<Merge> merges = new ArrayList<>();

  private SentencePieceMerges(Set<String> pieces) {
    this.pieces = pieces;
    pieces.forEach(piece -> lengths.set(piece.length()));
  }

  static ArrayNode of(GgufVocabulary vocabulary) {
    List<Double> scores = vocabulary.metadata().decimals("tokenizer.ggml.scores");
    vocabulary.requireOneEach(scores, "scores");
    Set<String> pieces = new HashSet<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.isText(id)) {
        pieces.add(vocabulary.token(id));
      }
    }
    SentencePieceMerges merges = new SentencePieceMerges(pieces);
    for (int id = 0; id < vocabulary.size(); id++) {
      if (vocabulary.isText(id)) {
        merges.split(vocabulary.token(id), scores.get(id));
      }
    }
    return merges.json();
  }

  /** Looking at lengths first keeps a damaged file with a huge token from taking for ever. */
  private void split(String piece, double score) {
    for (int at = 1; at < piece.length(); at++) {
      if (!lengths.get(at) || !lengths.get(piece.length() - at)) {
        continue;
      }
      String left = piece.substring(0, at);
      String right = piece.substring(at);
      if (pieces.contains(left) && pieces.contains(right)) {
        merges.add(new Merge(left, right, score));
      }
    }
  }

  private ArrayNode json() {
    ArrayNode json = JsonNodeFactory.instance.arrayNode(merges.size());
    merges.stream().sorted(ORDER).forEach(merge -> json.add(merge.left() + " " + merge.right()));
    return json;
  }

  private record Merge(String left, String right, double score) {}
}
