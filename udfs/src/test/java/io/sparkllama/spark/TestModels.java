package io.sparkllama.spark;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import java.io.IOException;
import java.io.UncheckedIOException;
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
        "other-model",
        FIXTURES.resolve("hf"),
        request -> request.withMergeAdapter(FIXTURES.resolve("lora-peft")));
  }

  /** One whose answers cost next to nothing and mean nothing. */
  static String fast() {
    Path checkpoint = Path.of("target", "fast-checkpoint");
    try {
      SmallestModel.write(FIXTURES.resolve("hf"), checkpoint);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return converted("fast-model", checkpoint, request -> request);
  }

  private static String converted(
      String name, Path checkpoint, UnaryOperator<ConversionRequest> change) {
    Path model = Path.of("target", name).toAbsolutePath();
    if (!Files.exists(model)) {
      ConversionRequest request =
          ConversionRequest.of(checkpoint, model, Precision.FP32)
              .withExamination(ConversionRequest.Examination.NONE);
      Converter.convert(change.apply(request));
    }
    return model.toString();
  }
}
