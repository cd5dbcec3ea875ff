package io.sparkllama.runtime;

import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model with a KV cache of fixed slots. One thread at a time.
 *
 * <p>The caller keeps the number of positions of a slot that count ({@code past}); positions behind
 * it are overwritten, so forgetting tokens costs nothing.
 */
public sealed interface Decoder extends AutoCloseable
    permits SlotDecoder, GroupQueryDecoder, LeftPaddedDecoder, DeviceDecoder {

  /** Most rows of logits that one call can return. */
  int maxLogitsRows();

  /**
   * Runs tokens through the model at batch 1 and stores their keys and values at positions {@code
   * past} onwards of a slot.
   *
   * @param slot slot, from 0
   * @param past positions of the slot that count already
   * @param tokens at least one; {@code past + tokens.length()} is at most the capacity
   * @param askedRows of how many last tokens the logits are wanted, from 1: operators disagree
   *     about what a tensor without rows is
   * @return {@code askedRows} rows, valid until the next call
   */
  Logits prefill(int slot, int past, Tokens tokens, int askedRows);

  /** Reads prompts of several slots at once, where the graph allows it. */
  default Optional<PackedPrefill> packed() {
    return Optional.empty();
  }

  /** Reads whole prompts side by side, where the device gains from it. */
  default Optional<BatchedPrefill> batched() {
    return Optional.empty();
  }

  /**
   * One step of the slots {@code 0 ... rows - 1} together. Each stores its token at position {@code
   * past[slot]}; a slot with nothing to say takes part with any token, its stored positions unhurt.
   *
   * @param rows how many slots take part
   * @param tokens one token for each slot
   * @param past for each slot the positions that count, less than the capacity
   * @return one row for each slot, valid until the next call
   */
  Logits decode(int rows, int[] tokens, int[] past);

  /**
   * Chooses the LoRA adapter of the following passes.
   *
   * @param adapter an {@code .onnx_adapter} file made for the package; none for its own weights
   */
  default void activate(Optional<Path> adapter) {
    passes().activate(adapter);
  }

  /** Copies the first {@code length} positions of a slot into another. */
  void copyPrefix(int source, int target, int length);

  /** How passes run and stop. */
  AdapterRuns passes();

  /** Stops the pass that another thread is in, and all later ones; they fail. For any thread. */
  default void interrupt() {
    passes().interrupt();
  }

  /**
   * Stops the pass that another thread is in; it fails, as do later ones until {@link #resume}. For
   * any thread.
   */
  default void stopPass() {
    passes().stopPass();
  }

  /** Lets passes run again after {@link #stopPass}, though not after {@link #interrupt}. */
  default void resume() {
    passes().resume();
  }

  @Override
  void close();
}
