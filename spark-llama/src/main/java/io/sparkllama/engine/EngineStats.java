package io.sparkllama.engine;

import java.io.Serializable;

/**
 * Counts since the engine was opened.
 *
 * @param requests requests that reached a slot
 * @param promptTokens prompt tokens of answered requests
 * @param reusedTokens prompt tokens whose KV was copied instead of computed
 * @param generatedTokens tokens generated
 * @param decodeSteps decode passes
 * @param decodedRows rows summed over decode passes; by {@code decodeSteps} the mean batch
 * @param prefillNanos time in which prompts were read
 * @param decodeNanos time of decode passes
 * @param rejected requests that were refused before they waited for a slot
 * @param failed requests that the engine could not answer
 * @param cancelled requests whose asker went away
 */
public record EngineStats(
    long requests,
    long promptTokens,
    long reusedTokens,
    long generatedTokens,
    long decodeSteps,
    long decodedRows,
    long prefillNanos,
    long decodeNanos,
    long rejected,
    long failed,
    long cancelled)
    implements Serializable {}
