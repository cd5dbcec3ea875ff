package io.sparkllama.engine;

import java.io.Serializable;

/**
 * What an engine does at one moment.
 *
 * @param slots rows that it can decode together
 * @param slotsInUse slots whose prompt is read or whose answer is written
 * @param waiting requests that wait for a slot
 * @param capacity tokens that a slot can hold
 * @param heldTokens tokens whose keys and values the slots hold, those of ended rows included,
 *     which stay for prompts that begin alike
 */
public record EngineLoad(int slots, int slotsInUse, int waiting, int capacity, long heldTokens)
    implements Serializable {

  /** The part of the KV cache that holds tokens, from 0 to 1. */
  public double occupancy() {
    return heldTokens / ((double) slots * capacity);
  }
}
