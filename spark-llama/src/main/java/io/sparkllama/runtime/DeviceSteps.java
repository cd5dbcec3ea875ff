package io.sparkllama.runtime;

import java.util.HashMap;
import java.util.Map;

/** Steps on a device: the slots from the first on as one ragged batch. */
final class DeviceSteps implements AutoCloseable {

  private final DevicePasses passes;
  private final PassSize size = new PassSize("rows");
  private final Map<DevicePasses.Span, StepTensors> bound = new HashMap<>();

  DeviceSteps(DevicePasses passes) {
    this.passes = passes;
  }

  Logits run(int rows, int[] tokens, int[] past) {
    for (int row = 0; row < rows; row++) {
      passes.require(past[row], 1);
    }
    size.run(rows, () -> runParts(rows, tokens, past));
    return passes.logits();
  }

  private void runParts(int rows, int[] tokens, int[] past) {
    int first = 0;
    while (first < rows) {
      DevicePasses.Span span = new DevicePasses.Span(first, size.of(rows - first));
      int longest = 0;
      for (int i = 0; i < span.count(); i++) {
        passes.id(i, tokens[first + i]);
        passes.ask(i, i);
        passes.length(i, past[first + i] + 1);
        longest = Math.max(longest, past[first + i] + 1);
      }
      passes.longest(longest);
      // The same in each step of these slots: what changes are the numbers in the buffers.
      bound.computeIfAbsent(span, one -> passes.bind(one, 1, one.first(), one.count())).run();
      first += span.count();
    }
  }

  @Override
  public void close() {
    bound.values().forEach(StepTensors::close);
  }
}
