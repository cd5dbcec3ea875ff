package io.sparkllama.task;

import io.sparkllama.engine.LabelScores;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * How likely a model finds each label before it has read anything: its mean log-probability behind
 * texts without content (contextual calibration; Zhao et al., 2021, Calibrate Before Use). Asked
 * once for each task and adapter while it is remembered.
 */
final class Leaning {

  static final List<String> WITHOUT_CONTENT = List.of("N/A", "[MASK]", "...");

  private static final int REMEMBERED = 1024;

  private final Map<Key, CompletableFuture<double[]>> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, CompletableFuture<double[]>> eldest) {
          return size() > REMEMBERED;
        }
      };

  private record Key(Choice task, String adapter) {}

  /**
   * @param score asks about a text
   * @return of its own: cancelling it does not take the answer from others
   */
  synchronized CompletableFuture<double[]> of(
      Choice task, TaskOptions options, Function<String, CompletableFuture<LabelScores>> score) {
    Key key = new Key(task, options.adapter());
    CompletableFuture<double[]> found = known.get(key);
    if (found == null || found.isCompletedExceptionally()) {
      found =
          Chained.apply(Chained.all(WITHOUT_CONTENT.stream().map(score).toList()), Leaning::mean);
      known.put(key, found);
    }
    return found.copy();
  }

  private static double[] mean(List<LabelScores> scores) {
    double[] mean = new double[scores.get(0).logProbabilities().size()];
    for (LabelScores one : scores) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += one.logProbabilities().get(i) / scores.size();
      }
    }
    return mean;
  }
}
