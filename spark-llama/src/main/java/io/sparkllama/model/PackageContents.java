package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.StageBorders;
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
 * @param weights how each weight is stored, in the graph's order
 * @param stages into how many parts engines cut the graph, at least 1
 */
public record PackageContents(
    String precision, List<Manifest.FileEntry> files, List<Weight> weights, int stages) {

  /**
   * @param name of the tensor
   * @param storage such as {@code int4 in blocks of 32}
   * @param bytes without scales
   */
  public record Weight(String name, String storage, long bytes) {}

  public PackageContents {
    files = List.copyOf(files);
    weights = List.copyOf(weights);
  }

  /** Reads every file of a package. */
  public static PackageContents of(ModelPackage model) {
    ModelProto graph = GraphFile.read(model.graph());
    List<Manifest.FileEntry> files = new ArrayList<>();
    for (Path path : paths(model, graph)) {
      String name = model.folder().relativize(path).toString().replace('\\', '/');
      files.add(new Manifest.FileEntry(name, size(path), Sha256.of(path)));
    }
    return new PackageContents(
        precision(model, graph),
        files,
        StoredWeights.of(graph.getGraph()),
        StageBorders.stages(graph.getGraph()));
  }

  /** Bytes of all files together, without reading the weights. */
  public static long bytes(ModelPackage model) {
    return paths(model, GraphFile.read(model.graph())).stream()
        .mapToLong(PackageContents::size)
        .sum();
  }

  private static Set<Path> paths(ModelPackage model, ModelProto graph) {
    Set<Path> paths = ExternalDataCheck.run(model.graph(), graph);
    paths.add(model.graph());
    paths.add(model.tokenizer());
    return paths;
  }

  /** The same as in {@link #of}, without reading the weights. */
  public static String precision(ModelPackage model) {
    return precision(model, GraphFile.read(model.graph()));
  }

  private static String precision(ModelPackage model, ModelProto graph) {
    return model
        .manifest()
        .map(manifest -> manifest.quantization().precision())
        .orElseGet(() -> GraphPrecision.of(graph.getGraph()));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new ModelException("Cannot read %s: %s. Check its rights.".formatted(file, e), e);
    }
  }
}
