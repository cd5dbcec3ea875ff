package io.sparkllama.jobs.pipeline.definition;

/**
 * What the model must show on labelled rows before a run writes.
 *
 * @param source labelled rows, with the input columns of the step
 * @param step column of the step that is scored
 * @param expected column of the source with the right answer
 * @param minAccuracy least share of right answers, in (0, 1]
 */
public record Gate(Source source, String step, String expected, double minAccuracy) {}
