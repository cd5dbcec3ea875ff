package io.sparkllama.model;

/**
 * The numbers of a Llama-architecture decoder.
 *
 * @param layers number of transformer blocks
 * @param heads number of query heads
 * @param keyValueHeads number of key and value heads; divides {@code heads}
 * @param headSize values in one head
 * @param hiddenSize values in one token's hidden state
 * @param vocabularySize rows of the embedding, tokens the head scores
 * @param contextLength most tokens (prompt and answer together) that the model was made for
 */
public record Architecture(
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int hiddenSize,
    int vocabularySize,
    int contextLength) {}
