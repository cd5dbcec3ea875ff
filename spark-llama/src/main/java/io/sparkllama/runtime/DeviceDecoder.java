package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.Architecture;
import io.sparkllama.tokenizer.Tokens;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Decodes graphs of {@link DeviceGraph}: keys, values and logits stay in the memory of devices. A
 * prompt runs at batch 1 in a view of its slot; a step runs the slots from the first on as one
 * ragged batch. A step hands over 20 bytes a row and 4 more, and gets back the likely tokens of
 * each row.
 *
 * <p>On a GPU nothing checks the lengths that rows tell, so they are checked here.
 */
final class DeviceDecoder implements Decoder {

  private final Session session;
  private final NativeMemory memory;
  private final LayerMemory device;
  private final DeviceCache cache;
  private final DeviceLogits asked;
  private final LongBuffer ids;
  private final LongBuffer indices;
  private final LongBuffer everyRow;
  private final IntBuffer lastPositions;
  private final IntBuffer totalLength;
  private final PassSize promptSize = new PassSize("tokens of a prompt");
  private final PassSize stepSize = new PassSize("rows");
  private final Map<Integer, StepTensors> prompts = new HashMap<>();
  private final Map<Span, StepTensors> steps = new HashMap<>();

  /** Slots that take part in a step. */
  private record Span(int first, int count) {}

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
    this.ids = memory.longs(Math.max(slots, options.capacity()));
    this.indices = memory.longs(maxLogitsRows());
    this.everyRow = memory.longs(slots);
    this.lastPositions = memory.ints(slots);
    this.totalLength = memory.ints(1);
    for (int row = 0; row < slots; row++) {
      everyRow.put(row, row);
    }
  }

  private DeviceCache cache(Architecture architecture, CacheType type, DecoderOptions options) {
    try {
      return new DeviceCache(device, architecture, type, options.slots(), options.capacity());
    } catch (RuntimeException e) {
      asked.close();
      throw e;
    }
  }

  @Override
  public int maxLogitsRows() {
    return asked.maxRows();
  }

  @Override
  public Logits prefill(int slot, int past, Tokens tokens, int askedRows) {
    require(past, tokens.length());
    try {
      read(slot, past, tokens, askedRows);
    } catch (EngineException e) {
      if (!promptSize.halve(tokens.length(), e)) {
        throw e;
      }
      read(slot, past, tokens, askedRows);
    }
    return asked.read();
  }

  /** In passes of at most the size that fits; each writes its share of the rows. */
  private void read(int slot, int past, Tokens tokens, int askedRows) {
    int firstAsked = tokens.length() - askedRows;
    int from = 0;
    while (from < tokens.length()) {
      int count = promptSize.of(tokens.length() - from);
      // A graph has to be asked for something: the next pass overwrites the row.
      int firstHere = Math.min(Math.max(firstAsked, from), from + count - 1);
      int row = Math.max(0, firstHere - firstAsked);
      readPart(slot, past + from, tokens.slice(from, from + count), firstHere - from, row);
      from += count;
    }
  }

  private void readPart(int slot, int past, Tokens tokens, int firstIndex, int firstRow) {
    int count = tokens.length();
    int rows = count - firstIndex;
    for (int i = 0; i < count; i++) {
      ids.put(i, tokens.at(i));
    }
    for (int i = 0; i < rows; i++) {
      indices.put(i, firstIndex + i);
    }
    lastPositions.put(0, past + count - 1);
    totalLength.put(0, past + count);
    StepTensors prompt = prompts.computeIfAbsent(slot, one -> tensors(one, 1));
    prompt.input("input_ids", ids.slice(0, count), 1, count);
    prompt.input(LogitsSelection.INPUT, indices.slice(0, rows), rows);
    asked.bind(prompt, firstRow, rows);
    prompt.run();
  }

  @Override
  public Logits decode(int rows, int[] tokens, int[] past) {
    for (int row = 0; row < rows; row++) {
      require(past[row], 1);
    }
    try {
      step(rows, tokens, past);
    } catch (EngineException e) {
      if (!stepSize.halve(rows, e)) {
        throw e;
      }
      step(rows, tokens, past);
    }
    return asked.read();
  }

  private void step(int rows, int[] tokens, int[] past) {
    int first = 0;
    while (first < rows) {
      Span span = new Span(first, stepSize.of(rows - first));
      int longest = 0;
      for (int i = 0; i < span.count; i++) {
        ids.put(i, tokens[first + i]);
        lastPositions.put(i, past[first + i]);
        longest = Math.max(longest, past[first + i] + 1);
      }
      totalLength.put(0, longest);
      steps.computeIfAbsent(span, this::tensors).run();
      first += span.count;
    }
  }

  /** The same in each step of these slots: what changes are the numbers in its buffers. */
  private StepTensors tensors(Span span) {
    StepTensors step = tensors(span.first, span.count);
    step.input("input_ids", ids.slice(0, span.count), span.count, 1);
    step.input(LogitsSelection.INPUT, everyRow.slice(0, span.count), span.count);
    asked.bind(step, span.first, span.count);
    return step;
  }

  private StepTensors tensors(int firstSlot, int count) {
    StepTensors tensors = new StepTensors(session);
    cache.bind(tensors, firstSlot, count);
    tensors.input(DeviceGraph.LAST_POSITIONS, lastPositions.slice(0, count), count);
    tensors.input(DeviceGraph.TOTAL_LENGTH, totalLength, 1);
    return tensors;
  }

  private void require(int past, int count) {
    if (past < 0 || count < 1 || past + count > cache.capacity()) {
      throw new EngineException(
          "Cannot read %d tokens behind %d: found a slot of %d. Send the request to an engine with a larger capacity."
              .formatted(count, past, cache.capacity()));
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
    prompts.values().forEach(StepTensors::close);
    steps.values().forEach(StepTensors::close);
    cache.close();
    asked.close();
    device.close();
    session.close();
    memory.close();
  }
}
