package io.sparkllama.runtime;

import io.sparkllama.tokenizer.Tokens;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads prompts on a device: one behind what its slot holds, or several from their beginning. */
final class DevicePrompts implements BatchedPrefill, AutoCloseable {

  private final DevicePasses passes;
  private final PassSize size = new PassSize("tokens of prompts");
  private final Map<Integer, StepTensors> bound = new HashMap<>();

  DevicePrompts(DevicePasses passes) {
    this.passes = passes;
  }

  /** Tokens behind those of a slot, with the logits of some last ones. */
  Logits read(int slot, int past, Tokens tokens, int askedRows) {
    passes.require(past, tokens.length());
    size.run(tokens.length(), () -> readParts(slot, past, tokens, askedRows, 0));
    return passes.logits();
  }

  @Override
  public Logits read(int first, List<Tokens> prompts) {
    int longest = longest(prompts);
    passes.require(0, longest);
    size.run(prompts.size() * longest, () -> readGroups(first, prompts, longest));
    return passes.logits();
  }

  private static int longest(List<Tokens> prompts) {
    return prompts.stream().mapToInt(Tokens::length).max().orElseThrow();
  }

  /** As many prompts in a pass as fit, and those that fit none in parts. */
  private void readGroups(int first, List<Tokens> prompts, int longest) {
    int from = 0;
    while (from < prompts.size()) {
      int count = Math.max(1, size.of((prompts.size() - from) * longest) / longest);
      if (count == 1) {
        readParts(first + from, 0, prompts.get(from), 1, from);
      } else {
        readGroup(first + from, prompts.subList(from, from + count), from);
      }
      from += count;
    }
  }

  private void readGroup(int first, List<Tokens> prompts, int firstRow) {
    int count = prompts.size();
    int length = longest(prompts);
    for (int row = 0; row < count; row++) {
      Tokens prompt = prompts.get(row);
      for (int i = 0; i < length; i++) {
        // What is computed of the padding lies behind the prompt, where nothing looks at it.
        passes.id(row * length + i, i < prompt.length() ? prompt.at(i) : 0);
      }
      passes.ask(row, row * length + prompt.length() - 1);
      passes.length(row, prompt.length());
    }
    passes.longest(length);
    try (StepTensors group =
        passes.bind(new DevicePasses.Span(first, count), length, firstRow, count)) {
      group.run();
    }
  }

  /** In passes of at most the size that fits; each writes its share of the rows. */
  private void readParts(int slot, int past, Tokens tokens, int askedRows, int firstRow) {
    int firstAsked = tokens.length() - askedRows;
    int from = 0;
    while (from < tokens.length()) {
      int count = size.of(tokens.length() - from);
      // A graph has to be asked for something: the next pass overwrites the row.
      int firstHere = Math.min(Math.max(firstAsked, from), from + count - 1);
      int row = firstRow + Math.max(0, firstHere - firstAsked);
      readPart(slot, past + from, tokens.slice(from, from + count), firstHere - from, row);
      from += count;
    }
  }

  private void readPart(int slot, int past, Tokens tokens, int firstIndex, int firstRow) {
    int count = tokens.length();
    int rows = count - firstIndex;
    for (int i = 0; i < count; i++) {
      passes.id(i, tokens.at(i));
    }
    for (int i = 0; i < rows; i++) {
      passes.ask(i, firstIndex + i);
    }
    passes.length(0, past + count);
    passes.longest(past + count);
    StepTensors prompt =
        bound.computeIfAbsent(slot, one -> passes.over(new DevicePasses.Span(one, 1)));
    passes.bind(prompt, 1, count, firstRow, rows);
    prompt.run();
  }

  @Override
  public void close() {
    bound.values().forEach(StepTensors::close);
  }
}
