package io.sparkllama.finetune;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * The steps of a time through all examples. Rows of similar length come together, so that little is
 * filled up, but only among rows that are neighbours in a random order.
 */
final class StepPlan {

  /** Rows are sorted within so many batches. */
  private static final int SORTED_BATCHES = 16;

  /** Share of a batch's tokens with which a step is made: passes are never quite full. */
  private static final double FULL = 0.8;

  private final List<Question> rows;
  private final int prefix;
  private final FinetuneOptions options;

  /**
   * @param rows always in the same order
   */
  StepPlan(List<Question> rows, int prefix, FinetuneOptions options) {
    this.rows = rows;
    this.prefix = prefix;
    this.options = options;
  }

  /** The passes of each step; the same for the same seed and epoch. */
  List<List<List<Question>>> epoch(int epoch) {
    Random random = new Random(options.seed() * 31 + epoch);
    List<Question> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, random);
    List<List<Question>> passes = new ArrayList<>();
    for (int from = 0; from < shuffled.size(); from += window()) {
      List<Question> window =
          new ArrayList<>(shuffled.subList(from, Math.min(shuffled.size(), from + window())));
      window.sort(Comparator.comparingInt(row -> row.tokens().length()));
      List<List<Question>> cut = new ArrayList<>(Pass.cut(window, prefix, passTokens()));
      Collections.shuffle(cut, random);
      passes.addAll(cut);
    }
    return steps(passes);
  }

  private List<List<List<Question>>> steps(List<List<Question>> passes) {
    List<List<List<Question>>> steps = new ArrayList<>();
    List<List<Question>> open = new ArrayList<>();
    int tokens = 0;
    for (List<Question> pass : passes) {
      open.add(pass);
      tokens += Pass.tokens(pass, prefix);
      if (tokens >= options.batchTokens() * FULL) {
        steps.add(open);
        open = new ArrayList<>();
        tokens = 0;
      }
    }
    if (!open.isEmpty()) {
      steps.add(open);
    }
    return steps;
  }

  private int passTokens() {
    return Math.min(options.passTokens(), options.batchTokens());
  }

  private int window() {
    double mean =
        rows.stream().mapToInt(row -> row.tokens().length() - prefix).average().orElseThrow();
    return Math.max(1, (int) (SORTED_BATCHES * options.batchTokens() / mean));
  }
}
