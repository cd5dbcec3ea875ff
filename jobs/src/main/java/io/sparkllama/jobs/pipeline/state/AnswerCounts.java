package io.sparkllama.jobs.pipeline.state;

/**
 * Answers of a run.
 *
 * @param reused taken from the table of results
 * @param asked that rows still needed, equal ones counted once
 * @param requests that were put to engines
 * @param promptTokens that engines read
 * @param generatedTokens that engines wrote
 */
public record AnswerCounts(
    long reused, long asked, long requests, long promptTokens, long generatedTokens) {

  public static final AnswerCounts NONE = new AnswerCounts(0, 0, 0, 0, 0);
}
