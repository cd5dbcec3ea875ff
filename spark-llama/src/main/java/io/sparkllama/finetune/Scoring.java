package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Log-probabilities that rows ask for, without a gradient. */
final class Scoring {

  private final Decoder decoder;
  private final NDManager manager;
  private final int prefix;
  private final int passTokens;

  Scoring(Decoder decoder, NDManager manager, int prefix, int passTokens) {
    this.decoder = decoder;
    this.manager = manager;
    this.prefix = prefix;
    this.passTokens = passTokens;
  }

  /**
   * Answers questions.
   *
   * @param stopped looked at between passes
   * @return for each row its targets' log-probabilities; fewer rows when it was stopped
   */
  Map<Question, float[]> of(List<Question> rows, BooleanSupplier stopped) {
    List<Question> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparingInt(row -> row.tokens().length()));
    Map<Question, float[]> answers = new HashMap<>();
    for (List<Question> pass : Pass.cut(sorted, prefix, passTokens)) {
      if (stopped.getAsBoolean()) {
        return answers;
      }
      add(pass, answers);
    }
    return answers;
  }

  private void add(List<Question> rows, Map<Question, float[]> answers) {
    try (NDManager scope = manager.newSubManager();
        NDArray scores = decoder.logProbabilities(Pass.of(rows, prefix), scope)) {
      float[] all = scores.toFloatArray();
      int at = 0;
      for (Question row : rows) {
        float[] own = new float[row.targets().length];
        System.arraycopy(all, at, own, 0, own.length);
        answers.put(row, own);
        at += own.length;
      }
    }
  }
}
