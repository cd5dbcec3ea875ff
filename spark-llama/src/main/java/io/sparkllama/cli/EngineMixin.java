package io.sparkllama.cli;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.runtime.Attention;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the commands that run a model. */
final class EngineMixin {

  @Mixin private ModelMixin model;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "0",
      description = "Rows decoded together (default: 16, on a GPU what fits, <= 256).")
  private int slots;

  @Option(
      names = "--capacity",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Tokens of prompt and answer that fit one slot (default: as the model, <= 2048).")
  private int capacity;

  @Option(
      names = "--prefill-chunk",
      paramLabel = "N",
      defaultValue = "0",
      description = "Most prompt tokens in one pass (default: 512, on a GPU 2048).")
  private int prefillChunk;

  @Option(
      names = "--attention",
      paramLabel = "own|of_graph",
      defaultValue = "own",
      description =
          "Which operator computes attention: spark-llama's own, where it has been built for this"
              + " machine, or the graph's, which is slower (default: ${DEFAULT-VALUE}).")
  private Attention attention;

  @Mixin private DeviceMixin device;

  LlamaEngine open() {
    return LlamaEngine.open(
        model.open(),
        new EngineOptions(
            slots, capacity, model.threads(), prefillChunk, attention, device.chosen()));
  }

  /** Lines in flight: enough that a slot which gets free finds the next row waiting. */
  static int window(LlamaEngine engine) {
    return 4 * engine.load().slots() + 16;
  }
}
