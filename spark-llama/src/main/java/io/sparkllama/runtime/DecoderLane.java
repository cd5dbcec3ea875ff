package io.sparkllama.runtime;

/**
 * One of the decoders that take turns in the stages of a model.
 *
 * @param decoder for a thread of its own
 * @param slots how many it has
 */
public record DecoderLane(Decoder decoder, int slots) {}
