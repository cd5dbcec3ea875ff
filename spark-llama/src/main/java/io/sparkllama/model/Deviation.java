package io.sparkllama.model;

/**
 * How far a model's next-token distributions are from a reference's over the same text.
 *
 * @param tokens positions that were compared
 * @param divergence mean Kullback-Leibler divergence from the reference, in nats
 * @param agreement share of positions at which both find the same token most likely
 * @param perplexity of the text under the model
 * @param referencePerplexity of the text under the reference
 */
public record Deviation(
    long tokens,
    double divergence,
    double agreement,
    double perplexity,
    double referencePerplexity) {}
