package io.sparkllama.finetune;

import java.util.OptionalDouble;

/**
 * What the held-out examples say of an adapter.
 *
 * @param step after so many steps
 * @param loss mean negative log-probability of the answers' tokens, in nats
 * @param accuracy share whose label is right, from 0 to 1, chosen as inference chooses; empty where
 *     answers are free
 */
public record Evaluation(int step, double loss, OptionalDouble accuracy) {}
