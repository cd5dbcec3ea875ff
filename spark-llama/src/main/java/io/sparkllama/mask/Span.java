package io.sparkllama.mask;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A piece of a text.
 *
 * @param start index of its first char
 * @param end index behind its last char
 */
record Span(int start, int end) {

  boolean overlaps(Span other) {
    return start < other.end && other.start < end;
  }

  /** In the order of the text; those that overlap become one. */
  static List<Span> merged(List<Span> spans) {
    List<Span> merged = new ArrayList<>();
    for (Span span : spans.stream().sorted(Comparator.comparingInt(Span::start)).toList()) {
      Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && last.overlaps(span)) {
        merged.set(merged.size() - 1, new Span(last.start, Math.max(last.end, span.end)));
      } else {
        merged.add(span);
      }
    }
    return merged;
  }
}
