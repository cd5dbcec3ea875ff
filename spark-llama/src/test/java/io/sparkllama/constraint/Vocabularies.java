package io.sparkllama.constraint;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import java.nio.file.Path;

/** Models whose vocabularies the tests use: byte-level and SentencePiece. */
final class Vocabularies {

  private Vocabularies() {}

  static ModelPackage byteLevel() {
    return ModelPackages.open(Fixtures.genaiFp32());
  }

  /**
   * @param folder where the package is made
   */
  static ModelPackage sentencePiece(Path folder) {
    Path target = folder.resolve("llama2");
    Converter.convert(ConversionRequest.of(Fixtures.llama2(), target, Precision.FP32));
    return ModelPackages.open(target);
  }
}
