package io.sparkllama.publish;

/**
 * How a package appears where versions have texts and readers.
 *
 * @param message of the version
 * @param visibility of a repository that is made for it; one that is there keeps its own
 */
public record Publication(String message, Visibility visibility) {

  /** Who may read. */
  public enum Visibility {
    PRIVATE,
    PUBLIC
  }
}
