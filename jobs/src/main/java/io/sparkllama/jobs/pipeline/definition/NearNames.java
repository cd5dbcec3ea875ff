package io.sparkllama.jobs.pipeline.definition;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.apache.spark.unsafe.types.UTF8String;

/** What an unknown name may have been meant to be. */
public final class NearNames {

  private NearNames() {}

  /** All names, and the nearest one if it is near. */
  public static String expected(String found, Collection<String> known) {
    String all = known.stream().sorted().collect(Collectors.joining(", "));
    return known.stream()
        .min(
            Comparator.<String>comparingInt(name -> distance(found, name))
                .thenComparing(name -> name))
        .filter(name -> distance(found, name) <= Math.max(2, name.length() / 3))
        .map(name -> "expected one of %s. Did you mean %s?".formatted(all, name))
        .orElse("expected one of %s.".formatted(all));
  }

  private static int distance(String found, String name) {
    return UTF8String.fromString(found)
        .toLowerCase()
        .levenshteinDistance(UTF8String.fromString(name).toLowerCase());
  }
}
