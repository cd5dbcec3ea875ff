package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import io.sparkllama.model.Architecture;
import io.sparkllama.tokenizer.Tokens;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decodes graphs with {@link SlotAttention}: any mix of tokens of any slots is one pass, and a
 * token's result does not depend on the others.
 */
final class SlotDecoder implements Decoder {

  private final Session session;
  private final NativeMemory memory;
  private final SlotCache cache;
  private final Map<String, OnnxTensor> cacheTensors;
  private final LongBuffer ids;
  private final LongBuffer indices;
  private final PassLayout layout;
  private final AskedLogits asked;
  private final StepTensors prompt;
  private final StepTensors[] steps;

  SlotDecoder(
      Session session,
      NativeMemory memory,
      Architecture architecture,
      CacheType type,
      DecoderOptions options) {
    this.session = session;
    this.memory = memory;
    this.cache = new SlotCache(memory, architecture, type, options.slots(), options.capacity());
    this.cacheTensors = cache.tensors(session);
    this.asked = new AskedLogits(memory, options.slots(), architecture.vocabularySize());
    int most = options.mostTokens();
    this.ids = memory.longs(most);
    this.indices = memory.longs(maxLogitsRows());
    this.layout = new PassLayout(memory, most);
    this.prompt = tensors();
    this.steps = new StepTensors[options.slots()];
  }

  private StepTensors tensors() {
    StepTensors tensors = new StepTensors(session);
    tensors.shared(cacheTensors);
    return tensors;
  }

  @Override
  public int maxLogitsRows() {
    return asked.maxRows();
  }

  @Override
  public Logits prefill(int slot, int past, Tokens tokens, int askedRows) {
    layout.clear();
    follow(slot, past, tokens);
    for (int i = 0; i < askedRows; i++) {
      indices.put(i, layout.size() - askedRows + i);
    }
    return run(prompt, askedRows);
  }

  @Override
  public Optional<PackedPrefill> packed() {
    return Optional.of(this::read);
  }

  private Logits read(List<Reading> readings) {
    layout.clear();
    int rows = 0;
    for (Reading reading : readings) {
      follow(reading.slot(), reading.past(), reading.tokens());
      for (int back = reading.asked(); back > 0; back--) {
        indices.put(rows++, layout.size() - back);
      }
      int trunk = reading.past() + reading.tokens().length();
      int start = trunk;
      for (Tokens branch : reading.branches()) {
        for (int i = 0; i < branch.length(); i++) {
          ids.put(layout.size(), branch.at(i));
          indices.put(rows++, layout.size());
          layout.branch(reading.slot(), trunk, start, i);
        }
        start += branch.length();
      }
    }
    return run(prompt, rows);
  }

  private void follow(int slot, int past, Tokens tokens) {
    for (int i = 0; i < tokens.length(); i++) {
      ids.put(layout.size(), tokens.at(i));
      layout.sequence(slot, past + i);
    }
  }

  private Logits run(StepTensors tensors, int askedRows) {
    bind(tensors, askedRows);
    tensors.run();
    return asked.read();
  }

  private void bind(StepTensors tensors, int askedRows) {
    int size = layout.size();
    tensors.input("input_ids", ids.slice(0, size), 1, size);
    tensors.input(SlotAttention.LAYOUT, layout.rows(), size, PassLayout.FIELDS);
    tensors.input(LogitsSelection.INPUT, indices.slice(0, askedRows), askedRows);
    asked.bind(tensors, askedRows);
  }

  @Override
  public Logits decode(int rows, int[] tokens, int[] past) {
    layout.clear();
    for (int row = 0; row < rows; row++) {
      ids.put(row, tokens[row]);
      indices.put(row, row);
      layout.sequence(row, past[row]);
    }
    if (steps[rows - 1] == null) {
      steps[rows - 1] = tensors();
      bind(steps[rows - 1], rows);
    }
    steps[rows - 1].run();
    return asked.read();
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
    Stream.concat(Stream.of(prompt), Stream.of(steps))
        .filter(Objects::nonNull)
        .forEach(StepTensors::close);
    cacheTensors.values().forEach(OnnxTensor::close);
    session.close();
    memory.close();
  }
}
