package io.sparkllama.jobs.pipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts numbers into a few bins of the same width. */
final class Histogram {

  private static final int BINS = 24;

  private Histogram() {}

  /**
   * @param title of the chart
   * @param unit of the numbers
   * @param counts how often each number comes; at least one
   */
  static BarChart of(String title, String unit, SortedMap<Long, Long> counts) {
    long least = counts.firstKey();
    long width = Math.max(1, (counts.lastKey() - least) / BINS + 1);
    SortedMap<Long, Long> bins = new TreeMap<>();
    for (long bin = 0; bin <= (counts.lastKey() - least) / width; bin++) {
      bins.put(bin, 0L);
    }
    counts.forEach((value, count) -> bins.merge((value - least) / width, count, Long::sum));
    List<BarChart.Value> values = new ArrayList<>();
    bins.forEach(
        (bin, count) ->
            values.add(
                new BarChart.Value(
                    range(least + bin * width, width, unit), count, "%,d rows".formatted(count))));
    return BarChart.of(
        title, "%,d %s".formatted(least, unit), "%,d %s".formatted(counts.lastKey(), unit), values);
  }

  private static String range(long from, long width, String unit) {
    return width == 1
        ? "%,d %s".formatted(from, unit)
        : "%,d to %,d %s".formatted(from, from + width - 1, unit);
  }
}
