package io.sparkllama.convert;

import io.sparkllama.convert.safetensors.SafeTensorsFile;
import io.sparkllama.convert.safetensors.TensorEntry;
import io.sparkllama.convert.weights.Matrix;
import io.sparkllama.convert.weights.WeightSource;
import io.sparkllama.errors.ConversionException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The tensors of one or many safetensors files. */
final class FolderWeights implements WeightSource {

  private final String location;
  private final Map<String, Matrix> tensors = new LinkedHashMap<>();

  /**
   * @param head which weight the head has, whatever the files hold beside it
   */
  FolderWeights(String location, List<SafeTensorsFile> files, HeadWeight head) {
    this.location = location;
    files.forEach(this::add);
    if (head == HeadWeight.EMBEDDING) {
      tensors.remove("lm_head.weight");
    } else if (!tensors.containsKey("lm_head.weight")) {
      throw invalid("no tensor lm_head.weight", "one, since config.json does not tie it");
    }
  }

  /** Which weight the head has. */
  enum HeadWeight {
    OWN,
    EMBEDDING
  }

  private void add(SafeTensorsFile file) {
    for (TensorEntry entry : file.entries().values()) {
      if (entry.shape().size() > 2) {
        throw invalid(
            "tensor %s of shape %s".formatted(entry.name(), entry.shape()), "vectors and matrices");
      }
      Matrix before = tensors.put(entry.name(), new FolderMatrix(file, entry));
      if (before != null) {
        throw invalid("tensor %s in two files".formatted(entry.name()), "one of each name");
      }
    }
  }

  private record FolderMatrix(SafeTensorsFile file, TensorEntry entry) implements Matrix {

    @Override
    public String name() {
      return entry.name();
    }

    @Override
    public int rows() {
      return entry.rows();
    }

    @Override
    public int columns() {
      return entry.columns();
    }

    @Override
    public void row(int row, float[] out) {
      file.row(entry, row, out);
    }
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public Optional<Matrix> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  private ConversionException invalid(String found, String expected) {
    return new ConversionException(
        "Invalid checkpoint %s: found %s, expected %s. Download or save it again."
            .formatted(location, found, expected));
  }
}
