package io.sparkllama.spark;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import java.nio.file.Files;
import java.nio.file.Path;

/** Models for tests; to name them starts no session. */
final class TestModels {

  private static final Path FIXTURES = Path.of(System.getProperty("fixtures"), "tiny-llama3");

  static final String TINY = FIXTURES.resolve("genai-int4").toString();

  private TestModels() {}

  /** Another model, with other answers: the same with an adapter in its weights. */
  static String other() {
    Path model = Path.of("target", "other-model").toAbsolutePath();
    if (!Files.exists(model)) {
      Converter.convert(
          ConversionRequest.of(FIXTURES.resolve("hf"), model, Precision.FP32)
              .withMergeAdapter(FIXTURES.resolve("lora-peft"))
              .withExamination(ConversionRequest.Examination.NONE));
    }
    return model.toString();
  }
}
