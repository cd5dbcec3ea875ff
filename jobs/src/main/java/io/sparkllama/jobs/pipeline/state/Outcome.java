package io.sparkllama.jobs.pipeline.state;

import io.sparkllama.jobs.Ending;

/**
 * How a run ended.
 *
 * @param ending in a word
 * @param error why it did not end well; empty if it did
 */
public record Outcome(Ending ending, String error) {}
