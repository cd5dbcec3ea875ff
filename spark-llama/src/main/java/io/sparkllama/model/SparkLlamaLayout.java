package io.sparkllama.model;

import java.nio.file.Path;
import java.util.Optional;

/** {@code spark-llama.json}, {@code model.onnx}, its external data and {@code tokenizer.json}. */
final class SparkLlamaLayout implements LayoutReader {

  @Override
  public boolean recognizes(PackageFolder folder) {
    return folder.has(Manifest.FILE_NAME);
  }

  @Override
  public PackageParts read(PackageFolder folder, Optional<String> variant) {
    LayoutReader.rejectVariant(folder, variant);
    Path config = folder.file(Manifest.FILE_NAME);
    Manifest manifest = ManifestJson.read(config);
    return new PackageParts(
        ModelPackage.Layout.SPARK_LLAMA,
        config,
        manifest.architecture(),
        manifest.controlTokens(),
        Optional.of(manifest.chatStyle()),
        folder.file("model.onnx"),
        TokenizerFile.read(folder.file(TOKENIZER)),
        manifest.prompts(),
        Optional.of(manifest));
  }
}
