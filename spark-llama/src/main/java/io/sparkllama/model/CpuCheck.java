package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Refuses a package whose products would be wrong on this processor. */
final class CpuCheck {

  private CpuCheck() {}

  static void run(Path config, Manifest.Quantization quantization, BooleanSupplier vnni) {
    quantization
        .requiredCpuFeature()
        .ifPresent(
            feature -> {
              if (!feature.equals(CpuFeatures.VNNI)) {
                throw refuse(config, quantization, feature, "this version does not know");
              }
              if (!vnni.getAsBoolean()) {
                throw refuse(config, quantization, feature, "this machine's processor lacks");
              }
            });
  }

  private static ModelException refuse(
      Path config, Manifest.Quantization quantization, String feature, String why) {
    return new ModelException(
        "Cannot use model %s: precision %s needs the processor feature %s, which %s. %s"
            .formatted(
                config,
                quantization.precision(),
                feature,
                why,
                "Convert the model with --precision int8 or run it on another machine."));
  }
}
