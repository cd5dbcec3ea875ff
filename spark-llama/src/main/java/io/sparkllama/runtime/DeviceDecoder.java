package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.Architecture;
import io.sparkllama.tokenizer.Tokens;
import java.util.Collections;
import java.util.Optional;

/**
 * Decodes graphs of {@link DeviceGraph}: keys, values and logits stay in the memory of devices. A
 * step hands over 20 bytes a row and 4 more, and gets back the likely tokens of each row.
 */
final class DeviceDecoder implements Decoder {

  private final Session session;
  private final NativeMemory memory;
  private final LayerMemory device;
  private final DeviceCache cache;
  private final DeviceLogits asked;
  private final DevicePrompts prompts;
  private final DeviceSteps steps;

  DeviceDecoder(
      Session session,
      NativeMemory memory,
      LayerMemory device,
      Architecture architecture,
      CacheType type,
      DecoderOptions options) {
    int slots = options.slots();
    this.session = session;
    this.memory = memory;
    this.device = device;
    this.asked = new DeviceLogits(device.ofLogits(), memory, slots, architecture.vocabularySize());
    this.cache = cache(architecture, type, options);
    DevicePasses passes = new DevicePasses(session, memory, cache, asked, options);
    this.prompts = new DevicePrompts(passes);
    this.steps = new DeviceSteps(passes);
  }

  private DeviceCache cache(Architecture architecture, CacheType type, DecoderOptions options) {
    try {
      return new DeviceCache(device, architecture, type, options.slots(), options.capacity());
    } catch (RuntimeException e) {
      asked.close();
      throw e;
    }
  }

  /**
   * Makes the largest passes once, with tokens that do not matter. ONNX Runtime takes memory for
   * them that smaller ones then share, where it would otherwise take some for each new size; what
   * does not fit is known before there are rows; and kernels are loaded.
   */
  void warmUp(DecoderOptions options) {
    int slots = options.slots();
    int length = Math.min(options.longestPass(), options.capacity());
    int count = Math.min(slots, options.longestPass() / length);
    try {
      prompts.read(0, Collections.nCopies(count, Tokens.of(new int[length])));
      steps.run(slots, new int[slots], new int[slots]);
    } catch (EngineException e) {
      throw OutOfMemory.in(e.getCause()) ? unfit(slots, count * length, e) : e;
    }
  }

  private static EngineException unfit(int slots, int tokens, EngineException cause) {
    return new EngineException(
        "Cannot fit passes of %d slots and of %d prompt tokens: the device ran out of memory in the first ones, in halves too. Use fewer slots or a smaller prefill chunk, or leave it more memory."
            .formatted(slots, tokens),
        cause);
  }

  @Override
  public int maxLogitsRows() {
    return asked.maxRows();
  }

  @Override
  public Logits prefill(int slot, int past, Tokens tokens, int askedRows) {
    return prompts.read(slot, past, tokens, askedRows);
  }

  @Override
  public Optional<BatchedPrefill> batched() {
    return Optional.of(prompts);
  }

  @Override
  public Logits decode(int rows, int[] tokens, int[] past) {
    return steps.run(rows, tokens, past);
  }

  @Override
  public AdapterRuns passes() {
    return session.passes();
  }

  @Override
  public void copyPrefix(int source, int target, int length) {
    cache.copyPrefix(source, target, length);
  }

  @Override
  public void close() {
    prompts.close();
    steps.close();
    cache.close();
    asked.close();
    // Adapters lie in the device's memory.
    session.passes().close();
    device.close();
    session.close();
    memory.close();
  }
}
