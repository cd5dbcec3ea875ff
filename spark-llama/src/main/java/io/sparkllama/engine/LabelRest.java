package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.util.Arrays;
import java.util.List;

/** The labels of a prompt that a slot holds, token after token: what is still to be read. */
final class LabelRest {

  private final Job.Score job;
  private final Slot slot;
  private final List<Tokens> labels;
  private final double[] sums;
  private int label;
  private int token;

  /**
   * @param firstScores log-probabilities of the labels' first tokens
   */
  LabelRest(Job.Score job, Slot slot, double[] firstScores) {
    this.job = job;
    this.slot = slot;
    this.labels = job.request().labels();
    this.sums = firstScores.clone();
    skip();
  }

  /** Moves on to a label of which a token is still to be read. */
  private void skip() {
    while (label < labels.size() && token == labels.get(label).length() - 1) {
      label++;
      token = 0;
    }
  }

  Job.Score job() {
    return job;
  }

  Slot slot() {
    return slot;
  }

  /** How many tokens are to be read in all: of each label all but the last. */
  int steps() {
    return Tokens.count(labels) - labels.size();
  }

  /** How many labels have some. */
  int passes() {
    return (int) labels.stream().filter(one -> one.length() > 1).count();
  }

  /** Nothing is to be read, or nobody waits for it. */
  boolean over() {
    return label == labels.size() || job.over();
  }

  int next() {
    return labels.get(label).at(token);
  }

  /** Positions of the slot that count before that token. */
  int past() {
    return slot.length() + token;
  }

  /**
   * @param logits of a step that read the token, with a row for each slot
   */
  void take(Logits logits) {
    token++;
    sums[label] += logits.logProbabilities(slot.index(), labels.get(label).at(token))[0];
    skip();
  }

  /**
   * Answers the request, if somebody waits for it.
   *
   * @param alone reads what has not been read
   */
  void finish(LabelScorer alone) {
    if (job.over()) {
      return;
    }
    job.future()
        .complete(
            over()
                ? new LabelScores(Arrays.stream(sums).boxed().toList(), job.prompt().length(), 0)
                : alone.score(job.request(), slot, sums, 0));
  }
}
