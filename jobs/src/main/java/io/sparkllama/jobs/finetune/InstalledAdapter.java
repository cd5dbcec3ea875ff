package io.sparkllama.jobs.finetune;

import io.sparkllama.jobs.JobException;
import io.sparkllama.model.ModelLocation;
import io.sparkllama.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * An adapter's place in its package, where functions find it by its name.
 *
 * @param name as {@code adapter => 'name'} has it
 * @param file in the package
 */
public record InstalledAdapter(String name, Path file) {

  private static final String NAMES = "[A-Za-z0-9][A-Za-z0-9._-]*";

  /**
   * Looks whether the name is free.
   *
   * @param location path of the package as it was given
   */
  public static InstalledAdapter of(String location, ModelPackage model, String name) {
    if (!name.matches(NAMES)) {
      throw new JobException(
          "Invalid --name %s: expected letters, digits, dots, hyphens and underscores. Choose another."
              .formatted(name));
    }
    if (ModelLocation.local(location).isEmpty()) {
      throw new JobException(
          "Cannot put an adapter into %s: found a package on another file system, expected a local one. Leave out --name, and copy the file."
              .formatted(location));
    }
    Path file = model.folder().resolve("adapters").resolve(name + ".onnx_adapter");
    if (Files.exists(file)) {
      throw new JobException(
          "Cannot add the adapter %s: the package has one of that name. Choose another with --name."
              .formatted(name));
    }
    return new InstalledAdapter(name, file);
  }

  /**
   * Copies the file; it appears when it is complete.
   *
   * @param adapter folder that training wrote
   */
  public void copy(Path adapter) {
    Path source = adapter.resolve(adapter.getFileName() + ".onnx_adapter");
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      Files.createDirectories(file.getParent());
      Files.copy(source, partial, StandardCopyOption.REPLACE_EXISTING);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new JobException(
          "Cannot write %s: %s. Copy %s there by hand.".formatted(file, e, source), e);
    } finally {
      partial.toFile().delete();
    }
  }
}
