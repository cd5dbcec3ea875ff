package io.sparkllama.jobs;

import static org.apache.spark.sql.functions.col;

import java.io.PrintWriter;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Prints texts and their answers side by side. */
final class Shown {

  private static final int TEXT_WIDTH = 60;

  private Shown() {}

  static void print(
      PrintWriter out, Dataset<Row> table, String textColumn, String answerColumn, int count) {
    List<Row> rows = table.select(col(textColumn), col(answerColumn)).limit(count).collectAsList();
    out.printf("%n%-" + TEXT_WIDTH + "s  %s%n", textColumn, answerColumn);
    out.printf("%s  %s%n", "-".repeat(TEXT_WIDTH), "-".repeat(TEXT_WIDTH));
    for (Row row : rows) {
      out.printf(
          "%-" + TEXT_WIDTH + "s  %s%n", line(row, 0, TEXT_WIDTH), line(row, 1, 2 * TEXT_WIDTH));
    }
  }

  private static String line(Row row, int column, int width) {
    String text = row.isNullAt(column) ? "NULL" : row.getString(column).replaceAll("\\s+", " ");
    return text.length() <= width ? text : text.substring(0, width - 3) + "...";
  }
}
