package io.sparkllama.runtime;

import io.sparkllama.model.Architecture;
import io.sparkllama.tokenizer.Tokens;
import java.nio.LongBuffer;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Decodes graphs with GroupQueryAttention: past and present are the same memory, so a step writes
 * one position and copies nothing. A prompt runs at batch 1 in a view of its slot; a step runs the
 * slots from the first on as one ragged batch.
 */
final class GroupQueryDecoder implements Decoder {

  private final Session session;
  private final NativeMemory memory;
  private final KvCache cache;
  private final LongBuffer ids;
  private final LongBuffer ones;
  private final LongBuffer indices;
  private final LongBuffer everyRow;
  private final StepMask stepMask;
  private final AskedLogits asked;
  private final StepTensors[] prompts;
  private final StepTensors[] steps;

  GroupQueryDecoder(
      Session session, NativeMemory memory, Architecture architecture, DecoderOptions options) {
    this.session = session;
    this.memory = memory;
    this.cache = new KvCache(memory, architecture, options.slots(), options.capacity());
    this.asked = new AskedLogits(memory, options.slots(), architecture.vocabularySize());
    this.ids = memory.longs(Math.max(options.slots(), options.capacity()));
    this.ones = memory.longs(options.capacity());
    this.indices = memory.longs(maxLogitsRows());
    this.everyRow = memory.longs(options.slots());
    this.stepMask = new StepMask(memory, options.slots(), options.capacity());
    this.prompts = new StepTensors[options.slots()];
    this.steps = new StepTensors[options.slots()];
    for (int i = 0; i < options.capacity(); i++) {
      ones.put(i, 1);
    }
    for (int row = 0; row < options.slots(); row++) {
      everyRow.put(row, row);
    }
  }

  @Override
  public int maxLogitsRows() {
    return asked.maxRows();
  }

  @Override
  public Logits prefill(int slot, int past, Tokens tokens, int askedRows) {
    int count = tokens.length();
    for (int i = 0; i < askedRows; i++) {
      indices.put(i, count - askedRows + i);
    }
    StepTensors prompt = prompt(slot);
    for (int i = 0; i < count; i++) {
      ids.put(i, tokens.at(i));
    }
    prompt.input("input_ids", ids.slice(0, count), 1, count);
    prompt.input("attention_mask", ones.slice(0, past + count), 1, past + count);
    prompt.input(LogitsSelection.INPUT, indices.slice(0, askedRows), askedRows);
    asked.bind(prompt, askedRows);
    prompt.run();
    return asked.read();
  }

  @Override
  public Logits decode(int rows, int[] tokens, int[] past) {
    for (int row = 0; row < rows; row++) {
      ids.put(row, tokens[row]);
    }
    stepMask.show(rows, past);
    step(rows).run();
    return asked.read();
  }

  private StepTensors prompt(int slot) {
    if (prompts[slot] == null) {
      prompts[slot] = tensors(slot, 1);
    }
    return prompts[slot];
  }

  /** The same in each step of as many rows: what changes are the numbers in its buffers. */
  private StepTensors step(int rows) {
    if (steps[rows - 1] == null) {
      StepTensors step = tensors(0, rows);
      step.input("input_ids", ids.slice(0, rows), rows, 1);
      stepMask.bind(step, rows);
      step.input(LogitsSelection.INPUT, everyRow.slice(0, rows), rows);
      asked.bind(step, rows);
      steps[rows - 1] = step;
    }
    return steps[rows - 1];
  }

  private StepTensors tensors(int firstSlot, int count) {
    StepTensors tensors = new StepTensors(session);
    for (int i = 0; i < cache.buffers(); i++) {
      String name = KvCache.name(i);
      tensors.inPlace(
          "past_key_values." + name,
          "present." + name,
          cache.slots(i, firstSlot, count),
          cache.shape(count));
    }
    return tensors;
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
    Stream.of(prompts, steps)
        .flatMap(Stream::of)
        .filter(Objects::nonNull)
        .forEach(StepTensors::close);
    session.close();
    memory.close();
  }
}
