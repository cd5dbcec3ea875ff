package io.sparkllama.finetune;

import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.stream.Stream;

/**
 * What to learn, and what to measure with.
 *
 * @param train examples to learn from; at least one
 * @param heldOut examples that are only measured; may be empty
 * @param choice labels to choose from; empty labels where answers are free
 */
public record TrainingData(
    List<TrainingExample> train, List<TrainingExample> heldOut, LabelChoice choice) {

  public TrainingData {
    train = List.copyOf(train);
    heldOut = List.copyOf(heldOut);
  }

  /**
   * Labels as inference scores them.
   *
   * @param labels ids of each label, without an end of turn
   * @param leaning prompts whose scores are taken out of those of a text
   * @param share how much of them is taken out, from 0 to 1
   */
  public record LabelChoice(List<Tokens> labels, List<Tokens> leaning, double share) {

    /** No labels: answers are free. */
    public static final LabelChoice FREE = new LabelChoice(List.of(), List.of(), 0);

    public LabelChoice {
      labels = List.copyOf(labels);
      leaning = List.copyOf(leaning);
    }
  }

  /** Tokens with which every prompt begins; the last token of a prompt is never one of them. */
  int sharedPrefix() {
    Tokens first = train.get(0).prompt();
    return prompts().mapToInt(prompt -> sharedBy(first, prompt)).min().orElse(0);
  }

  private static int sharedBy(Tokens first, Tokens prompt) {
    return Math.min(first.commonPrefix(prompt), Math.min(first.length(), prompt.length()) - 1);
  }

  /** Tokens of the longest example. */
  int longest() {
    return Stream.concat(train.stream(), heldOut.stream())
        .mapToInt(TrainingExample::length)
        .max()
        .orElse(0);
  }

  /**
   * Tokens of answers in a hundred tokens that are computed, in the example where they are most.
   *
   * @param prefix tokens that rows share
   */
  int mostAnswered(int prefix) {
    return Stream.concat(train.stream(), heldOut.stream())
        .mapToInt(row -> 100 * row.answer().length() / (row.length() - prefix))
        .max()
        .orElse(0);
  }

  private Stream<Tokens> prompts() {
    return Stream.concat(
        Stream.concat(train.stream(), heldOut.stream()).map(TrainingExample::prompt),
        choice.leaning().stream());
  }
}
