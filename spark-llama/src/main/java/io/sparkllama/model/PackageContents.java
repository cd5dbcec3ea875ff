package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a package consists of.
 *
 * @param precision as the manifest names it; without one, as the graph's operators tell
 * @param files graph, weights and tokenizer
 */
public record PackageContents(String precision, List<Manifest.FileEntry> files) {

  public PackageContents {
    files = List.copyOf(files);
  }

  /** Reads every file of a package. */
  public static PackageContents of(ModelPackage model) {
    ModelProto graph = GraphFile.read(model.graph());
    Set<Path> paths = ExternalDataCheck.run(model.graph(), graph);
    paths.add(model.graph());
    paths.add(model.tokenizer());
    List<Manifest.FileEntry> files = new ArrayList<>();
    for (Path path : paths) {
      String name = model.folder().relativize(path).toString().replace('\\', '/');
      files.add(new Manifest.FileEntry(name, size(path), Sha256.of(path)));
    }
    String precision =
        model
            .manifest()
            .map(manifest -> manifest.quantization().precision())
            .orElseGet(() -> GraphPrecision.of(graph.getGraph()));
    return new PackageContents(precision, files);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new ModelException("Cannot read %s: %s. Check its rights.".formatted(file, e), e);
    }
  }
}
