package io.sparkllama.jobs.pipeline;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Packages of the tiny model, made once. */
final class TestModel {

  private static final Path RESOURCES = Path.of(System.getProperty("fixtures"));
  private static final Path TINY = RESOURCES.resolve("tiny-llama3");

  private TestModel() {}

  /** In fp32, which is the fastest for so small a model. */
  static Path fast() {
    return converted("pipeline-model", request -> request);
  }

  /** With an adapter in the package. */
  static Path adaptable() {
    return converted(
        "adaptable-pipeline-model",
        request -> request.withAdapters(java.util.List.of(TINY.resolve("lora-peft"))));
  }

  private static Path converted(String name, UnaryOperator<ConversionRequest> change) {
    // Beside the classes of the module that the resources are of.
    Path made = RESOURCES.resolve("../../../target").normalize().resolve(name);
    if (!Files.exists(made)) {
      Path part = made.resolveSibling(name + ".part-" + ProcessHandle.current().pid());
      Converter.convert(
          change.apply(
              ConversionRequest.of(TINY.resolve("hf"), part, Precision.FP32)
                  .withExamination(ConversionRequest.Examination.NONE)));
      try {
        Files.move(part, made);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return made;
  }
}
