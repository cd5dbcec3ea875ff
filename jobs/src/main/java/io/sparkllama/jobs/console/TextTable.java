package io.sparkllama.jobs.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table for a terminal: columns of one width each, numbers at the right. For one thread. */
public final class TextTable {

  private final List<List<String>> lines = new ArrayList<>();

  /** A table with a name for each column. */
  public TextTable(String... names) {
    lines.add(List.of(names));
  }

  /**
   * Adds a line.
   *
   * @param values as many as there are columns; numbers get their thousands marked
   */
  public TextTable add(Object... values) {
    lines.add(IntStream.range(0, values.length).mapToObj(i -> text(values[i])).toList());
    return this;
  }

  private static String text(Object value) {
    return value instanceof Long || value instanceof Integer
        ? "%,d".formatted(((Number) value).longValue())
        : String.valueOf(value);
  }

  /** Prints the names and the lines. */
  public void print(PrintWriter out) {
    for (List<String> line : lines) {
      out.println(
          IntStream.range(0, line.size())
              .mapToObj(column -> padded(line.get(column), column))
              .collect(Collectors.joining("  "))
              .stripTrailing());
    }
  }

  private String padded(String value, int column) {
    int width = lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    String space = " ".repeat(width - value.length());
    return numeric(column) ? space + value : value + space;
  }

  private boolean numeric(int column) {
    return lines.stream().skip(1).allMatch(line -> line.get(column).matches("-|[+-]?[\\d,.]+%?"));
  }
}
