package io.sparkllama.engine;

import io.sparkllama.tokenizer.VocabularyBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Tells, token by token, whether an answer may hold a stop string now. To read the whole text again
 * for each token would take longer than a GPU takes for a step of many rows.
 */
final class StopSearch {

  private final VocabularyBytes vocabulary;
  private final List<byte[]> stops;
  private final int longest;

  /** The last bytes of the answer, as many as a stop string may begin in. */
  private byte[] end = {};

  private boolean unsure;

  /**
   * @param stops at least one
   */
  StopSearch(List<String> stops, VocabularyBytes vocabulary) {
    this.vocabulary = vocabulary;
    this.stops = stops.stream().map(stop -> stop.getBytes(StandardCharsets.UTF_8)).toList();
    this.longest = this.stops.stream().mapToInt(stop -> stop.length).max().orElseThrow();
  }

  /**
   * Adds a token.
   *
   * @return whether one of its bytes ends a stop string; or the answer has a token whose text is
   *     not known here
   */
  boolean mayEnd(int token) {
    byte[] added = vocabulary.of(token);
    unsure |= added.length == 0;
    byte[] text = Arrays.copyOf(end, end.length + added.length);
    System.arraycopy(added, 0, text, end.length, added.length);
    int before = end.length;
    end = Arrays.copyOfRange(text, Math.max(0, text.length - longest + 1), text.length);
    return unsure || stops.stream().anyMatch(stop -> endsIn(stop, text, before));
  }

  /** Whether a text holds a stop string that ends behind a place. */
  private static boolean endsIn(byte[] stop, byte[] text, int place) {
    int first = Math.max(0, place - stop.length + 1);
    for (int at = first; at <= text.length - stop.length; at++) {
      if (Arrays.equals(text, at, at + stop.length, stop, 0, stop.length)) {
        return true;
      }
    }
    return false;
  }
}
