package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells local folders from other file systems. */
public final class ModelLocation {

  /** At least two letters: one is a drive. */
  private static final Pattern SCHEME = Pattern.compile("^[A-Za-z][A-Za-z0-9+.-]+:/.*");

  private ModelLocation() {}

  /** The folder, when the location is a path or a {@code file:} URI. */
  public static Optional<Path> local(String location) {
    if (location.isBlank()) {
      throw new ModelException(
          "Cannot open a model: its location is empty. Name a folder or the URI of one.");
    }
    if (!SCHEME.matcher(location).matches()) {
      return Optional.of(Path.of(location));
    }
    URI uri = uri(location);
    return uri.getScheme().equalsIgnoreCase("file")
        ? Optional.of(Path.of(uri.getPath()))
        : Optional.empty();
  }

  /**
   * The same location for other processes of this machine: a path may be relative to this one's.
   */
  public static String absolute(String location) {
    return local(location).map(folder -> folder.toAbsolutePath().toString()).orElse(location);
  }

  public static URI uri(String location) {
    try {
      return new URI(location);
    } catch (URISyntaxException e) {
      throw new ModelException(
          "Invalid model location %s: %s. Write it as scheme://host/path."
              .formatted(location, e.getReason()),
          e);
    }
  }
}
