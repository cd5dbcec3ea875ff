package io.sparkllama.spark;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** Models for tests; to name them starts no session. */
final class TestModels {

  private static final Path FIXTURES = Path.of(System.getProperty("fixtures"), "tiny-llama3");

  static final String TINY = FIXTURES.resolve("genai-int4").toString();

  private TestModels() {}

  /** Another model, with other answers: the same with an adapter in its weights. */
  static String other() {
    return converted(
        "other-model", request -> request.withMergeAdapter(FIXTURES.resolve("lora-peft")));
  }

  /** The same model in fp32, which is faster than {@link #TINY}. */
  static String fast() {
    return converted("fast-model", request -> request);
  }

  private static String converted(String name, UnaryOperator<ConversionRequest> change) {
    Path model = Path.of("target", name).toAbsolutePath();
    if (!Files.exists(model)) {
      ConversionRequest request =
          ConversionRequest.of(FIXTURES.resolve("hf"), model, Precision.FP32)
              .withExamination(ConversionRequest.Examination.NONE);
      Converter.convert(change.apply(request));
    }
    return model.toString();
  }
}
