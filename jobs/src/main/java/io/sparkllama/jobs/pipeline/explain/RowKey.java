package io.sparkllama.jobs.pipeline.explain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get_json_object;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.JobException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;

/**
 * The key of one row as somebody writes it: a value, or {@code column=value,...} for each column of
 * the key.
 *
 * @param values texts of the values by column
 */
public record RowKey(Map<String, String> values) {

  public RowKey {
    values = new LinkedHashMap<>(values);
  }

  /**
   * @param columns of the pipeline's key
   * @throws JobException if the text does not name each column once
   */
  public static RowKey parse(List<String> columns, String text) {
    String names = columns.stream().map(Pattern::quote).collect(Collectors.joining("|"));
    Matcher starts = Pattern.compile("(?:^|,)(" + names + ")=").matcher(text);
    List<String> found = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    List<Integer> begins = new ArrayList<>();
    while (starts.find()) {
      found.add(starts.group(1));
      ends.add(starts.start());
      begins.add(starts.end());
    }
    ends.add(text.length());
    if (found.isEmpty() && columns.size() == 1) {
      return new RowKey(Map.of(columns.get(0), text));
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < found.size(); i++) {
      values.put(found.get(i), text.substring(begins.get(i), ends.get(i + 1)));
    }
    if (values.size() != columns.size() || found.size() != columns.size() || ends.get(0) != 0) {
      throw new JobException(
          Ending.WRONG_USAGE,
          "Invalid --key: found %s, expected a value for each column, as %s."
              .formatted(
                  found.isEmpty() ? "no column" : String.join(", ", found),
                  columns.stream().map(name -> name + "=VALUE").collect(Collectors.joining(","))));
    }
    return new RowKey(values);
  }

  /** Whether a row has this key, by the texts of its columns. */
  Column ofRow() {
    return values.entrySet().stream()
        .map(
            value ->
                col("`" + value.getKey().replace("`", "``") + "`")
                    .cast("string")
                    .equalTo(value.getValue()))
        .reduce(Column::and)
        .orElseThrow();
  }

  /** Whether the JSON of a key, as the quarantine has it, is this one. */
  Column ofJson(Column key) {
    return values.entrySet().stream()
        .map(value -> get_json_object(key, "$['" + value.getKey() + "']").equalTo(value.getValue()))
        .reduce(Column::and)
        .orElseThrow();
  }

  @Override
  public String toString() {
    return values.entrySet().stream()
        .map(value -> value.getKey() + "=" + value.getValue())
        .collect(Collectors.joining(","));
  }
}
