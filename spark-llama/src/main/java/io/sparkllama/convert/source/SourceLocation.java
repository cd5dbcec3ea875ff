package io.sparkllama.convert.source;

import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.ModelLocation;
import java.nio.file.InvalidPathException;

/** A file or folder by its path or URI; nothing is opened yet. */
public sealed interface SourceLocation permits LocalLocation, HadoopLocation {

  /**
   * @param location a path, or the URI of any file system that the Hadoop client knows
   * @throws ConversionException when nothing is there
   */
  static SourceLocation of(String location) {
    try {
      return ModelLocation.local(location)
          .<SourceLocation>map(LocalLocation::of)
          .orElseGet(() -> HadoopLocation.of(ModelLocation.uri(location)));
    } catch (NoClassDefFoundError | InvalidPathException e) {
      throw new ConversionException(
          "Cannot read %s: %s. Give a local path, or add the Hadoop client to the class path."
              .formatted(location, e),
          e);
    }
  }

  /** Last part of the path. */
  String name();

  boolean folder();

  /** Whether a folder has a file of that name. */
  boolean has(String name);

  /** Opens this file. */
  SourceFile open();

  /** Opens a file of this folder. */
  SourceFile open(String name);

  @Override
  String toString();

  static ConversionException absent(Object location) {
    return new ConversionException(
        "Cannot read %s: nothing is there. Name a GGUF file or a folder with config.json and safetensors."
            .formatted(location));
  }
}
