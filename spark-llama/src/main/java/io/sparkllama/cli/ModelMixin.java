package io.sparkllama.cli;

import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model a command runs, and on how many threads. */
final class ModelMixin {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the model package.")
  private String model;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "Which graph of several to take, as q4 for onnx/model_q4.onnx.")
  private String variant;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Native threads (default: one for each processor).")
  private int threads;

  ModelPackage open() {
    return ModelPackages.open(model, Optional.ofNullable(variant), CacheSettings.defaults());
  }

  int threads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
