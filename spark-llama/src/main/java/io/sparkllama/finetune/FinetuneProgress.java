package io.sparkllama.finetune;

import java.time.Duration;

/**
 * How far a run is.
 *
 * @param step steps that are done
 * @param share of the run that is done, from 0 to 1
 * @param loss mean negative log-probability of the answers' tokens in the last step, in nats
 * @param tokens read in training so far, filling and repeated prefixes not counted
 * @param elapsed since the start, measuring included, also before a run was resumed
 */
public record FinetuneProgress(
    int step, double share, double loss, long tokens, Duration elapsed) {}
