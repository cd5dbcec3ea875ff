package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A model folder by its real path; hands out only files that really lie inside it. */
final class PackageFolder {

  private final Path root;

  private PackageFolder(Path root) {
    this.root = root;
  }

  static PackageFolder of(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelException(
          "Cannot open model %s: it is %s. Name the folder that holds the model's files."
              .formatted(folder, Files.exists(folder) ? "not a folder" : "not there"));
    }
    try {
      return new PackageFolder(folder.toRealPath());
    } catch (IOException e) {
      throw new ModelException(
          "Cannot open model %s: %s. Check the folder's rights.".formatted(folder, e), e);
    }
  }

  Path root() {
    return root;
  }

  boolean has(String name) {
    return Files.isRegularFile(root.resolve(name));
  }

  /**
   * The real path of a file.
   *
   * @param name path relative to the folder, with {@code /}
   * @throws ModelException when the file is missing or, through {@code ..} or a link, elsewhere
   */
  Path file(String name) {
    Path named = resolve(name);
    if (!named.normalize().startsWith(root)) {
      throw leaves(name, named.normalize());
    }
    if (!Files.isRegularFile(named)) {
      throw new ModelException(
          "Cannot open model %s: file %s is missing. Copy the whole model folder again."
              .formatted(root, name));
    }
    Path real = real(name, named);
    if (!real.startsWith(root)) {
      throw leaves(name, real);
    }
    return real;
  }

  private Path resolve(String name) {
    try {
      return root.resolve(name);
    } catch (InvalidPathException e) {
      throw new ModelException(
          "Invalid model %s: a file has the name %s, expected a relative path. %s"
              .formatted(root, e.getInput(), "Take the model from a source that you trust."),
          e);
    }
  }

  private Path real(String name, Path named) {
    try {
      return named.toRealPath();
    } catch (IOException e) {
      throw new ModelException(
          "Cannot open model %s: file %s: %s. Check the file's rights.".formatted(root, name, e),
          e);
    }
  }

  private ModelException leaves(String name, Path target) {
    return new ModelException(
        "Invalid model %s: file %s lies outside of the folder, at %s. %s"
            .formatted(
                root, name, target, "Put the file itself into the folder and name it without ..."));
  }
}
