package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code config.json} with one or several graphs {@code onnx/model[_variant].onnx}.
 *
 * <p>Without a choice: 4-bit weights, then full precision. The 8-bit variants follow, since they
 * scale activations over the whole batch, so that rows of a batch change each other's answers; the
 * half-precision ones come last, being slow on CPUs.
 */
final class TransformersJsLayout implements LayoutReader {

  private static final String FOLDER = "onnx";
  private static final String FULL = "fp32";
  private static final List<String> ORDER =
      List.of("q4", FULL, "int8", "quantized", "uint8", "bnb4", "q4f16", "fp16");

  @Override
  public boolean recognizes(PackageFolder folder) {
    return folder.has(TransformersConfig.FILE) && Files.isDirectory(folder.root().resolve(FOLDER));
  }

  @Override
  public PackageParts read(PackageFolder folder, Optional<String> variant) {
    Path graph = folder.file(graphName(variant.orElseGet(() -> firstOf(folder))));
    return TransformersConfig.read(folder, ModelPackage.Layout.TRANSFORMERS_JS, graph);
  }

  private static String firstOf(PackageFolder folder) {
    return ORDER.stream()
        .filter(variant -> folder.has(graphName(variant)))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "Cannot open model %s: file onnx/model.onnx is missing, and so is every %s"
                        .formatted(
                            folder.root(),
                            "variant of it (_q4, _int8, ...). Copy one of them there.")));
  }

  private static String graphName(String variant) {
    return FOLDER + "/model" + (variant.equals(FULL) ? "" : "_" + variant) + ".onnx";
  }
}
