package io.sparkllama.model;

import java.util.Optional;

/** Optimum's {@code config.json} with {@code model.onnx} beside it. */
final class OptimumLayout implements LayoutReader {

  @Override
  public boolean recognizes(PackageFolder folder) {
    return folder.has(TransformersConfig.FILE);
  }

  @Override
  public PackageParts read(PackageFolder folder, Optional<String> variant) {
    String graph = "model" + variant.map(name -> "_" + name).orElse("") + ".onnx";
    return TransformersConfig.read(folder, ModelPackage.Layout.OPTIMUM, folder.file(graph));
  }
}
