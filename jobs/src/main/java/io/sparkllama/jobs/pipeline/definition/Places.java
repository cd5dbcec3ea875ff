package io.sparkllama.jobs.pipeline.definition;

import io.sparkllama.jobs.JobException;
import java.util.Map;

/**
 * Where the parts of a pipeline stand in its file.
 *
 * @param file as the user named it
 * @param byPath places by paths such as {@code steps[1].options.labels}
 */
public record Places(String file, Map<String, Place> byPath) {

  public Places {
    byPath = Map.copyOf(byPath);
  }

  /** File, line and column of a part, or of the nearest part around it that is in the file. */
  public String of(String path) {
    for (String part = path; !part.isEmpty(); part = parent(part)) {
      Place place = byPath.get(part);
      if (place != null) {
        return file + ":" + place;
      }
    }
    return file;
  }

  /** A mistake in a part, with its place in front. */
  public JobException invalid(String path, String message) {
    return new JobException("Invalid pipeline.\n%s: %s".formatted(of(path), message));
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
  }
}
