package io.sparkllama.jobs.pipeline.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Bars side by side in a square of 100 by 100, which a page stretches; what is written beside them
 * is not in the square, so that it is not stretched.
 *
 * @param title what is shown
 * @param description the same for those who do not see it
 * @param most value of the highest bar
 * @param from what the left end stands for
 * @param to what the right end stands for
 * @param bars from left to right
 */
public record BarChart(
    String title, String description, String most, String from, String to, List<Bar> bars) {

  private static final double SIZE = 100;
  private static final double GAP = 0.15;

  /**
   * A bar.
   *
   * @param name what it stands for
   * @param value its value with a unit
   */
  public record Bar(double x, double y, double width, double height, String name, String value) {}

  /**
   * Something to be drawn as a bar.
   *
   * @param name what it stands for
   * @param value its height
   * @param text the value with a unit
   */
  record Value(String name, double value, String text) {}

  public BarChart {
    bars = List.copyOf(bars);
  }

  /** A chart of at least one value. */
  static BarChart of(String title, String from, String to, List<Value> values) {
    Value highest = values.get(0);
    for (Value value : values) {
      highest = value.value > highest.value ? value : highest;
    }
    double top = highest.value > 0 ? highest.value : 1;
    double step = SIZE / values.size();
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      double height = rounded(values.get(i).value / top * SIZE);
      bars.add(
          new Bar(
              rounded(i * step + step * GAP / 2),
              rounded(SIZE - height),
              rounded(step * (1 - GAP)),
              height,
              values.get(i).name,
              values.get(i).text));
    }
    String description =
        "%s: %d bars from %s to %s, the highest with %s at %s"
            .formatted(title, values.size(), from, to, highest.text, highest.name);
    return new BarChart(title, description, highest.text, from, to, bars);
  }

  private static double rounded(double value) {
    return Math.round(value * SIZE) / SIZE;
  }
}
