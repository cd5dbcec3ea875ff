package io.sparkllama.cli;

import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model a command runs. */
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

  ModelPackage open() {
    return ModelPackages.open(model, Optional.ofNullable(variant), CacheSettings.defaults());
  }
}
