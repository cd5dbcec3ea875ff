package io.sparkllama.engine;

import io.sparkllama.errors.RequestException;
import io.sparkllama.model.Architecture;
import io.sparkllama.runtime.Attention;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.DecoderOptions;
import io.sparkllama.runtime.Decoders;
import java.io.Serializable;

/**
 * The size of an engine.
 *
 * @param slots rows that are decoded together; 0 takes what suits the device ({@link
 *     io.sparkllama.runtime.Decoders#slots})
 * @param capacity tokens (prompt and answer) that fit one slot; 0 takes the model's context length,
 *     at most {@value #DEFAULT_CAPACITY}, whatever memory there is, since it decides how long texts
 *     are divided
 * @param threads native threads; 0 takes one for each processor
 * @param prefillChunk most prompt tokens in one pass, at least {@value #LEAST_CHUNK}; of one prompt
 *     a multiple of that is read. 0 takes what suits the device ({@link Decoders#longestPass})
 * @param attention which operator computes attention on a CPU
 * @param device where it computes
 */
public record EngineOptions(
    int slots,
    int capacity,
    int threads,
    int prefillChunk,
    Attention attention,
    ComputeDevice device)
    implements Serializable {

  public static final int DEFAULT_CAPACITY = 2048;
  public static final int LEAST_CHUNK = 16;
  public static final EngineOptions DEFAULTS = new EngineOptions(16, 0, 0, 0, Attention.OWN);

  /** On the CPU. */
  public EngineOptions(
      int slots, int capacity, int threads, int prefillChunk, Attention attention) {
    this(slots, capacity, threads, prefillChunk, attention, ComputeDevice.CPU);
  }

  public EngineOptions withSlots(int newSlots) {
    return new EngineOptions(newSlots, capacity, threads, prefillChunk, attention, device);
  }

  public EngineOptions withCapacity(int newCapacity) {
    return new EngineOptions(slots, newCapacity, threads, prefillChunk, attention, device);
  }

  public EngineOptions withPrefillChunk(int newPrefillChunk) {
    return new EngineOptions(slots, capacity, threads, newPrefillChunk, attention, device);
  }

  public EngineOptions withAttention(Attention newAttention) {
    return new EngineOptions(slots, capacity, threads, prefillChunk, newAttention, device);
  }

  public EngineOptions withDevice(ComputeDevice newDevice) {
    return new EngineOptions(slots, capacity, threads, prefillChunk, attention, newDevice);
  }

  /**
   * Puts numbers in place of zeros, but for the slots, of which the model's size decides.
   *
   * @throws RequestException when a number is out of range
   */
  public EngineOptions resolve(Architecture architecture) {
    int context = architecture.contextLength();
    EngineOptions resolved =
        new EngineOptions(
            slots,
            capacity == 0 ? Math.min(context, DEFAULT_CAPACITY) : capacity,
            threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
            prefillChunk == 0 ? Decoders.longestPass(device) : prefillChunk,
            attention,
            device);
    requireRange("slots", resolved.slots, 0, 4096);
    requireRange("capacity", resolved.capacity, 2, context);
    requireRange("threads", resolved.threads, 1, 1024);
    requireRange("prefill chunk", resolved.prefillChunk, LEAST_CHUNK, Integer.MAX_VALUE);
    return resolved;
  }

  DecoderOptions decoderOptions() {
    return new DecoderOptions(slots, capacity, threads, prefillChunk, attention, device);
  }

  private static void requireRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new RequestException(
          "Invalid %s: found %d, expected %d to %d. Change the engine's options."
              .formatted(name, value, least, most));
    }
  }
}
