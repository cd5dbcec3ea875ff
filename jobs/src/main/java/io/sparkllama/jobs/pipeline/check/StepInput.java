package io.sparkllama.jobs.pipeline.check;

/**
 * A column that a step reads.
 *
 * @param column its name
 * @param origin where it comes from
 */
public record StepInput(String column, Origin origin) {

  /** Where a column comes from. */
  public enum Origin {
    SOURCE,
    STEP
  }
}
