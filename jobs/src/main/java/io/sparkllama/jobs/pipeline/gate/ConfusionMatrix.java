package io.sparkllama.jobs.pipeline.gate;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which labels were taken for which.
 *
 * @param expected labels of the labelled rows, those of most rows first
 * @param answered the same, then other answers
 * @param counts rows by expected and answered label; pairs without rows are not there
 */
public record ConfusionMatrix(
    List<String> expected, List<String> answered, Map<Pair, Long> counts) {

  /** Stands for a row without an answer. */
  public static final String NOTHING = "(none)";

  /** Stands for labels that are too many, or too long to be labels. */
  static final String OTHER = "(other)";

  private static final int MOST_LABELS = 20;
  private static final int LONGEST_LABEL = 60;

  /** A right label and the one that was answered. */
  public record Pair(String expected, String answered) {}

  public ConfusionMatrix {
    expected = List.copyOf(expected);
    answered = List.copyOf(answered);
    counts = Map.copyOf(counts);
  }

  static ConfusionMatrix of(Map<Pair, Long> rows) {
    Map<String, Long> byExpected = new TreeMap<>();
    rows.forEach((pair, count) -> byExpected.merge(pair.expected, count, Long::sum));
    List<String> shown =
        byExpected.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .map(Map.Entry::getKey)
            .filter(label -> label.length() <= LONGEST_LABEL)
            .limit(MOST_LABELS)
            .toList();
    Map<Pair, Long> counts = new HashMap<>();
    rows.forEach(
        (pair, count) ->
            counts.merge(
                new Pair(named(pair.expected, shown), answer(pair.answered, shown)),
                count,
                Long::sum));
    return new ConfusionMatrix(
        with(shown, counts.keySet().stream().map(Pair::expected)),
        with(shown, counts.keySet().stream().map(Pair::answered)),
        counts);
  }

  private static String named(String label, List<String> shown) {
    return shown.contains(label) ? label : OTHER;
  }

  private static String answer(String label, List<String> shown) {
    return label.equals(NOTHING) || shown.size() < MOST_LABELS ? label : named(label, shown);
  }

  private static List<String> with(List<String> first, Stream<String> more) {
    return Stream.concat(first.stream(), more.sorted()).distinct().collect(Collectors.toList());
  }

  /** Rows of a label that were given another, or the same. */
  public long count(String right, String given) {
    return counts.getOrDefault(new Pair(right, given), 0L);
  }

  /** Rows of a label. */
  public long rows(String right) {
    return answered.stream().mapToLong(given -> count(right, given)).sum();
  }
}
