package io.sparkllama.jobs.pipeline.definition;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Prompts that differ in who they are about, and what is asked about them.
 *
 * @param asked the function whose answers are compared
 * @param label a function that gives the answers of {@code asked} labels, where they are texts
 * @param attributes at least one
 * @param places where the parts stand in the file
 */
public record Audit(Asked asked, Optional<Asked> label, List<Attribute> attributes, Places places) {

  /** Where a template has its term. */
  public static final String TERM = "{term}";

  public Audit {
    attributes = List.copyOf(attributes);
  }

  /**
   * A function with its arguments.
   *
   * @param function SQL name, such as llama_sentiment
   * @param options arguments by their SQL names
   */
  public record Asked(String function, Map<String, Constant> options) {

    /** As a step over a column. */
    public Step over(String input) {
      return new Step("answer", function, List.of(input), options);
    }
  }

  /**
   * What prompts differ in.
   *
   * @param name such as gender
   * @param templates each with {@link #TERM} in it
   * @param groups at least two, with equally many terms: those of one place are a pair
   */
  public record Attribute(String name, List<String> templates, Map<String, List<String>> groups) {
    public Attribute {
      templates = List.copyOf(templates);
      groups = Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    }
  }
}
