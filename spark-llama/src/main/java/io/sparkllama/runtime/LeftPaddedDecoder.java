package io.sparkllama.runtime;

import io.sparkllama.model.Architecture;
import io.sparkllama.tokenizer.Tokens;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Decodes graphs that concatenate past and new keys, as Optimum exports them. Each pass gathers the
 * slots' positions into one left-padded past and stores the new positions back: a copy that such a
 * graph makes anyway. Widths grow from pass to pass, so each makes its tensors anew, over buffers
 * that stay.
 */
final class LeftPaddedDecoder implements Decoder {

  private final Session session;
  private final NativeMemory memory;
  private final KvCache cache;
  private final boolean positioned;
  private final FloatBuffer[] past;
  private final FloatBuffer[] present;
  private final FloatBuffer zeros;
  private final LongBuffer ids;
  private final LongBuffer mask;
  private final LongBuffer positions;
  private final LongBuffer indices;
  private final AskedLogits asked;
  private final StepTensors tensors;

  LeftPaddedDecoder(
      Session session,
      NativeMemory memory,
      Architecture architecture,
      DecoderOptions options,
      ServingGraph graph) {
    int longest = Math.max(options.slots(), options.capacity());
    this.session = session;
    this.memory = memory;
    this.cache = new KvCache(memory, architecture, options.slots(), options.capacity());
    this.past = cache.copies(memory);
    this.present = cache.copies(memory);
    this.zeros = memory.floats((long) options.capacity() * cache.headSize());
    for (int i = 0; i < zeros.capacity(); i++) {
      zeros.put(i, 0);
    }
    this.ids = memory.longs(longest);
    this.mask = memory.longs((long) options.slots() * options.capacity());
    this.positions = memory.longs(longest);
    this.asked = new AskedLogits(memory, options.slots(), architecture.vocabularySize());
    this.indices = memory.longs(asked.maxRows());
    this.positioned = graph.hasInput("position_ids");
    this.tensors = new StepTensors(session);
  }

  @Override
  public int maxLogitsRows() {
    return asked.maxRows();
  }

  @Override
  public Logits prefill(int slot, int past, Tokens tokens, int askedRows) {
    for (int i = 0; i < tokens.length(); i++) {
      ids.put(i, tokens.at(i));
    }
    return run(
        new PaddedBatch(new int[] {slot}, new int[] {past}, tokens.length()),
        tokens.length() - askedRows,
        askedRows);
  }

  @Override
  public Logits decode(int rows, int[] tokens, int[] past) {
    int[] slots = new int[rows];
    for (int row = 0; row < rows; row++) {
      slots[row] = row;
      ids.put(row, tokens[row]);
    }
    return run(new PaddedBatch(slots, Arrays.copyOf(past, rows), 1), 0, rows);
  }

  /** Asks for the logits of some positions of the flattened batch, from one on. */
  private Logits run(PaddedBatch batch, int firstAsked, int askedRows) {
    int count = batch.rows() * batch.length();
    batch.mask(mask);
    tensors.input("input_ids", ids.slice(0, count), batch.rows(), batch.length());
    tensors.input(
        "attention_mask", mask.slice(0, batch.rows() * batch.width()), batch.rows(), batch.width());
    if (positioned) {
      batch.positions(positions);
      tensors.input("position_ids", positions.slice(0, count), batch.rows(), batch.length());
    }
    for (int i = 0; i < askedRows; i++) {
      indices.put(i, firstAsked + i);
    }
    tensors.input(LogitsSelection.INPUT, indices.slice(0, askedRows), askedRows);
    asked.bind(tensors, askedRows);
    bindCache(batch);
    tensors.run();
    for (int i = 0; i < cache.buffers(); i++) {
      batch.scatter(cache, i, present[i]);
    }
    return asked.read();
  }

  private void bindCache(PaddedBatch batch) {
    for (int i = 0; i < cache.buffers(); i++) {
      String name = KvCache.name(i);
      batch.gather(cache, i, past[i], zeros);
      long[] pastShape = cache.shape(batch.rows(), batch.padded());
      long[] presentShape = cache.shape(batch.rows(), batch.width());
      tensors.input("past_key_values." + name, KvCache.first(past[i], pastShape), pastShape);
      tensors.output("present." + name, KvCache.first(present[i], presentShape), presentShape);
    }
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
    tensors.close();
    session.close();
    memory.close();
  }
}
