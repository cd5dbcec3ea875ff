package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Scores labels after a prompt without decoding. First tokens are read from the prompt's logits;
 * the rest of a longer label runs behind the prompt and is forgotten.
 */
final class LabelScorer {

  private final Decoder decoder;

  LabelScorer(Decoder decoder) {
    this.decoder = decoder;
  }

  /** Log-probabilities of the labels' first tokens in a row of logits, that after the prompt. */
  double[] first(ScoreRequest request, Logits logits, int row) {
    int[] tokens = request.labels().stream().mapToInt(label -> label.at(0)).toArray();
    return logits.logProbabilities(row, tokens);
  }

  /**
   * @param slot holds the prompt
   * @param firstScores of the labels' first tokens
   * @param reused tokens of the prompt that were not read for it
   */
  LabelScores score(ScoreRequest request, Slot slot, double[] firstScores, int reused) {
    List<Tokens> labels = request.labels();
    return new LabelScores(
        IntStream.range(0, labels.size())
            .mapToObj(i -> firstScores[i] + rest(labels.get(i), slot))
            .toList(),
        request.prompt().length(),
        reused);
  }

  private double rest(Tokens label, Slot slot) {
    double sum = 0;
    int step = decoder.maxLogitsRows();
    for (int from = 0; from < label.length() - 1; from += step) {
      int to = Math.min(label.length() - 1, from + step);
      Logits logits =
          decoder.prefill(slot.index(), slot.length() + from, label.slice(from, to), to - from);
      for (int i = from; i < to; i++) {
        sum += logits.logProbabilities(i - from, label.at(i + 1))[0];
      }
    }
    return sum;
  }
}
