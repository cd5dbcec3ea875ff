package io.sparkllama.jobs.pipeline.report;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.sparkllama.jobs.console.Durations;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Tokens a second over the time in which a run was answered. */
final class Throughput {

  private static final int MOST_BARS = 60;

  private Throughput() {}

  /**
   * @param answers of the table of results
   * @return nothing if there are none
   */
  static Optional<BarChart> of(Dataset<Row> answers) {
    List<Row> seconds =
        answers
            .groupBy(col("time").cast("double").cast("long").as("second"))
            .agg(
                count(lit(1)).as("answers"),
                coalesce(sum(col("prompt_tokens").plus(col("generated_tokens"))), lit(0L))
                    .as("tokens"))
            .collectAsList()
            .stream()
            .sorted(Comparator.comparing(row -> row.getLong(0)))
            .toList();
    return seconds.isEmpty() ? Optional.empty() : Optional.of(chart(seconds));
  }

  private static BarChart chart(List<Row> seconds) {
    long first = seconds.get(0).getLong(0);
    long length = seconds.get(seconds.size() - 1).getLong(0) - first + 1;
    long width = (length + MOST_BARS - 1) / MOST_BARS;
    long[] answers = new long[(int) ((length + width - 1) / width)];
    long[] tokens = new long[answers.length];
    for (Row second : seconds) {
      int bar = (int) ((second.getLong(0) - first) / width);
      answers[bar] += second.getLong(1);
      tokens[bar] += second.getLong(2);
    }
    List<BarChart.Value> values = new ArrayList<>();
    for (int i = 0; i < answers.length; i++) {
      double rate = (double) tokens[i] / width;
      values.add(
          new BarChart.Value(
              "after " + Durations.text((double) i * width),
              rate,
              "%,.0f tokens/s, %,.1f answers/s".formatted(rate, (double) answers[i] / width)));
    }
    return BarChart.of(
        "Throughput", "first answer", Durations.text((double) length) + " later", values);
  }
}
