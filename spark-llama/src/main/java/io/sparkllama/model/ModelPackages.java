package io.sparkllama.model;

import java.nio.file.Path;

/** Opens model packages. */
public final class ModelPackages {

  private ModelPackages() {}

  /**
   * Checks a local folder and opens it.
   *
   * @throws io.sparkllama.errors.ModelException names the file, what was found and the remedy
   */
  public static ModelPackage open(Path folder) {
    throw new UnsupportedOperationException();
  }
}
