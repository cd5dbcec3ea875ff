package io.sparkllama.jobs.pipeline.report;

import java.util.List;
import java.util.Optional;

/**
 * What a step answered in a run.
 *
 * @param column of the answers
 * @param function in SQL
 * @param answers that are not NULL
 * @param reused of them, answered by an earlier run
 * @param promptTokens of the answers
 * @param generatedTokens of the answers
 * @param labels how often each label was given; empty if the answers are no labels
 * @param lengths how long the answers are; empty where they have no length
 * @param finishReasons how often each was the end of an answer
 */
public record StepReport(
    String column,
    String function,
    long answers,
    long reused,
    long promptTokens,
    long generatedTokens,
    List<Share> labels,
    Optional<BarChart> lengths,
    List<Share> finishReasons) {

  /**
   * A part of a whole.
   *
   * @param name of the part
   * @param count of it
   * @param percent of the whole
   */
  public record Share(String name, long count, double percent) {}

  public StepReport {
    labels = List.copyOf(labels);
    finishReasons = List.copyOf(finishReasons);
  }
}
