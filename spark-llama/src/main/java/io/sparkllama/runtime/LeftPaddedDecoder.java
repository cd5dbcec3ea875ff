package io.sparkllama.runtime;

import io.sparkllama.model.Architecture;
import io.sparkllama.tokenizer.Tokens;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Decodes graphs that concatenate past and new keys, as Optimum exports them. Each pass gathers the
 * slots' positions into one left-padded past and stores the new positions back: a copy that such a
 * graph makes anyway.
 */
final class LeftPaddedDecoder implements Decoder {

  private final ModelSession session;
  private final NativeMemory memory;
  private final KvCache cache;
  private final boolean positions;
  private final AskedLogits asked;

  LeftPaddedDecoder(
      ModelSession session,
      NativeMemory memory,
      Architecture architecture,
      DecoderOptions options,
      ServingGraph graph) {
    this.session = session;
    this.memory = memory;
    this.cache = new KvCache(memory, architecture, options.slots(), options.capacity());
    this.asked = new AskedLogits(memory, options.slots(), architecture.vocabularySize());
    this.positions = graph.hasInput("position_ids");
  }

  @Override
  public int maxLogitsRows() {
    return asked.maxRows();
  }

  @Override
  public Logits prefill(int slot, int past, Tokens tokens, int askedRows) {
    long[] indices = new long[askedRows];
    Arrays.setAll(indices, i -> tokens.length() - askedRows + i);
    return run(new int[] {slot}, new int[] {past}, tokens.toArray(), indices);
  }

  @Override
  public Optional<TreePrefill> trees() {
    return Optional.empty();
  }

  @Override
  public Logits decode(int rows, int[] tokens, int[] past) {
    int[] slots = new int[rows];
    Arrays.setAll(slots, i -> i);
    long[] indices = new long[rows];
    Arrays.setAll(indices, i -> i);
    return run(slots, Arrays.copyOf(past, rows), Arrays.copyOf(tokens, rows), indices);
  }

  private Logits run(int[] slots, int[] past, int[] tokens, long[] indices) {
    int rows = slots.length;
    int length = tokens.length / rows;
    PaddedBatch batch = new PaddedBatch(slots, past, length);
    try (NativeMemory pass = new NativeMemory();
        StepTensors step = new StepTensors(session)) {
      LongBuffer ids = pass.longs(tokens.length);
      for (int i = 0; i < tokens.length; i++) {
        ids.put(i, tokens[i]);
      }
      step.input("input_ids", ids, rows, length);
      step.input("attention_mask", batch.mask(pass), rows, batch.width());
      if (positions) {
        step.input("position_ids", batch.positions(pass), rows, length);
      }
      step.input(
          LogitsSelection.INPUT, pass.longs(indices.length).put(indices).flip(), indices.length);
      asked.bind(step, indices.length);
      FloatBuffer[] present = bindCache(step, pass, batch);
      step.run();
      for (int i = 0; i < present.length; i++) {
        batch.scatter(cache, i, present[i]);
      }
    }
    return asked.read();
  }

  private FloatBuffer[] bindCache(StepTensors step, NativeMemory pass, PaddedBatch batch) {
    FloatBuffer[] present = new FloatBuffer[cache.buffers()];
    for (int i = 0; i < present.length; i++) {
      FloatBuffer past = batch.gather(cache, i, pass);
      present[i] = pass.floats(batch.size(cache, batch.width()));
      step.input("past_key_values." + KvCache.name(i), past, batch.shape(cache, batch.padded()));
      step.output("present." + KvCache.name(i), present[i], batch.shape(cache, batch.width()));
    }
    return present;
  }

  @Override
  public void activate(Optional<Path> adapter) {
    session.activate(adapter);
  }

  @Override
  public void copyPrefix(int source, int target, int length) {
    cache.copyPrefix(source, target, length);
  }

  @Override
  public void interrupt() {
    session.interrupt();
  }

  @Override
  public void stopPass() {
    session.stopPass();
  }

  @Override
  public void resume() {
    session.resume();
  }

  @Override
  public void close() {
    session.close();
    memory.close();
  }
}
