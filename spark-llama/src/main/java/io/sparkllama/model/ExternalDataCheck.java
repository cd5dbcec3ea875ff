package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.StringStringEntryProto;
import io.sparkllama.onnx.TensorProto;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Sees to it that weights outside of the graph lie in the graph's folder, and are all there. */
final class ExternalDataCheck {

  private final Path graph;
  private final PackageFolder folder;
  private final Map<String, Path> files = new HashMap<>();
  private final Map<Path, Long> sizes = new HashMap<>();

  private ExternalDataCheck(Path graph) {
    this.graph = graph;
    this.folder = PackageFolder.of(graph.getParent());
  }

  /** The real paths of all external data files. */
  static Set<Path> run(Path graph, ModelProto model) {
    ExternalDataCheck check = new ExternalDataCheck(graph);
    GraphTensors.visit(model, check::check);
    return new TreeSet<>(check.files.values());
  }

  private void check(TensorProto tensor) {
    if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL
        && tensor.getExternalDataCount() == 0) {
      return;
    }
    Map<String, String> entry = new HashMap<>();
    for (StringStringEntryProto pair : tensor.getExternalDataList()) {
      entry.put(pair.getKey(), pair.getValue());
    }
    Path file = files.computeIfAbsent(entry.getOrDefault("location", ""), folder::file);
    long bytes = TensorSize.of(tensor).orElseThrow(() -> invalid(tensor, "an impossible shape"));
    long offset = number(tensor, entry.getOrDefault("offset", "0"));
    long length = number(tensor, entry.getOrDefault("length", Long.toString(bytes)));
    if (length != bytes) {
      throw invalid(tensor, "%d bytes, expected %d by its shape".formatted(length, bytes));
    }
    requireInside(tensor, file, offset, length);
  }

  private void requireInside(TensorProto tensor, Path file, long offset, long length) {
    long size = sizes.computeIfAbsent(file, ExternalDataCheck::size);
    if (offset > size - length) {
      throw new ModelException(
          "Invalid %s: it has %d bytes, expected at least %s, where tensor %s of %s ends. %s"
              .formatted(
                  file,
                  size,
                  BigInteger.valueOf(offset).add(BigInteger.valueOf(length)),
                  tensor.getName(),
                  graph.getFileName(),
                  "The file is cut off or of another model: copy it again."));
    }
  }

  private long number(TensorProto tensor, String text) {
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a negative number is.
    }
    throw invalid(tensor, "the offset or length " + text + ", expected a whole number");
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new ModelException("Cannot read %s: %s. Check its rights.".formatted(file, e), e);
    }
  }

  private ModelException invalid(TensorProto tensor, String what) {
    return new ModelException(
        "Invalid %s: external tensor %s has %s. Export the model again or copy the file again."
            .formatted(graph, tensor.getName(), what));
  }
}
