package io.sparkllama.jobs.pipeline.report;

import java.util.List;

/**
 * A row that a report names.
 *
 * @param key its key columns as JSON
 * @param facts what is said of it, no text of the row
 * @param texts columns with their texts; empty unless texts are shown
 */
public record RowReport(String key, List<String> facts, List<NamedText> texts) {

  /** A column's text. */
  public record NamedText(String name, String text) {}

  public RowReport {
    facts = List.copyOf(facts);
    texts = List.copyOf(texts);
  }
}
