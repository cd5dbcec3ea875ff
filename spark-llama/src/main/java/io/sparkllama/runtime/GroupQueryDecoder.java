package io.sparkllama.runtime;

import ai.onnxruntime.OnnxTensor;
import io.sparkllama.model.Architecture;
import io.sparkllama.tokenizer.Tokens;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Decodes graphs with GroupQueryAttention: past and present are the same memory, so a step writes
 * one position and copies nothing. A prompt runs at batch 1 in a view of its slot; a step runs the
 * slots from the first on as one ragged batch.
 */
final class GroupQueryDecoder implements Decoder {

  private final ModelSession session;
  private final NativeMemory memory;
  private final KvCache cache;
  private final LongBuffer ids;
  private final LongBuffer mask;
  private final LongBuffer indices;
  private final AskedLogits asked;
  private final Optional<TreeInputs> treeInputs;
  private final Map<View, CacheTensors> views = new HashMap<>();

  /** A run of slots that a pass works on. */
  private record View(int first, int count) {}

  private record CacheTensors(Map<String, OnnxTensor> past, Map<String, OnnxTensor> present) {}

  GroupQueryDecoder(
      ModelSession session,
      NativeMemory memory,
      Architecture architecture,
      DecoderOptions options,
      ServingGraph graph) {
    this.session = session;
    this.memory = memory;
    this.cache = new KvCache(memory, architecture, options.slots(), options.capacity());
    this.asked = new AskedLogits(memory, options.slots(), architecture.vocabularySize());
    this.ids = memory.longs(Math.max(options.slots(), options.capacity()));
    this.mask = memory.longs((long) options.slots() * options.capacity());
    this.indices = memory.longs(maxLogitsRows());
    this.treeInputs =
        graph.trees() ? Optional.of(new TreeInputs(session, memory)) : Optional.empty();
  }

  @Override
  public int maxLogitsRows() {
    return asked.maxRows();
  }

  @Override
  public Logits prefill(int slot, int past, Tokens tokens, int askedRows) {
    int count = tokens.length();
    place(past, count, tokens::at);
    for (int i = 0; i < askedRows; i++) {
      indices.put(i, count - askedRows + i);
    }
    return run(new View(slot, 1), count, past + count, askedRows);
  }

  /** Tokens of one row behind those that count. */
  private void place(int past, int count, IntUnaryOperator token) {
    for (int i = 0; i < count; i++) {
      ids.put(i, token.applyAsInt(i));
    }
    for (int i = 0; i < past + count; i++) {
      mask.put(i, 1);
    }
  }

  @Override
  public Logits decode(int rows, int[] tokens, int[] past) {
    int width = IntStream.of(past).limit(rows).max().orElseThrow() + 1;
    for (int row = 0; row < rows; row++) {
      ids.put(row, tokens[row]);
      indices.put(row, row);
      for (int i = 0; i < width; i++) {
        mask.put(row * width + i, i <= past[row] ? 1 : 0);
      }
    }
    return run(new View(0, rows), 1, width, rows);
  }

  @Override
  public Optional<TreePrefill> trees() {
    return treeInputs.map(
        inputs -> (slot, past, tree, rows) -> read(inputs, slot, past, tree, rows));
  }

  private Logits read(TreeInputs inputs, int slot, int past, TokenTree tree, int[] askedTokens) {
    place(past, tree.size(), tree::token);
    for (int i = 0; i < askedTokens.length; i++) {
      indices.put(i, askedTokens[i]);
    }
    try (StepTensors step = new StepTensors(session)) {
      inputs.tree(step, tree, past);
      return run(step, new View(slot, 1), tree.size(), past + tree.size(), askedTokens.length);
    }
  }

  private Logits run(View view, int length, int width, int askedRows) {
    try (StepTensors step = new StepTensors(session)) {
      treeInputs.ifPresent(inputs -> inputs.sequence(step));
      return run(step, view, length, width, askedRows);
    }
  }

  private Logits run(StepTensors step, View view, int length, int width, int askedRows) {
    CacheTensors tensors = views.computeIfAbsent(view, this::tensors);
    step.shared(tensors.past, tensors.present);
    step.input("input_ids", ids.slice(0, view.count * length), view.count, length);
    step.input("attention_mask", mask.slice(0, view.count * width), view.count, width);
    step.input(LogitsSelection.INPUT, indices.slice(0, askedRows), askedRows);
    asked.bind(step, askedRows);
    step.run();
    return asked.read();
  }

  private CacheTensors tensors(View view) {
    Map<String, OnnxTensor> past = new HashMap<>();
    Map<String, OnnxTensor> present = new HashMap<>();
    for (int i = 0; i < cache.buffers(); i++) {
      FloatBuffer values = cache.slots(i, view.first, view.count);
      OnnxTensor tensor = session.tensor(values, cache.shape(view.count));
      past.put("past_key_values." + KvCache.name(i), tensor);
      present.put("present." + KvCache.name(i), tensor);
    }
    return new CacheTensors(past, present);
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
    treeInputs.ifPresent(TreeInputs::close);
    views.values().forEach(tensors -> tensors.past.values().forEach(OnnxTensor::close));
    session.close();
    memory.close();
  }
}
