package io.sparkllama.spark.exec;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The last answers of this executor, for what Spark computes twice: hashes and answers, no text. An
 * answer depends on its key alone, so one from here is the one that the engine would give again.
 * For any thread.
 */
final class ResultCache {

  /** Objects and table around an entry's bytes, on a 64-bit JVM. */
  static final int ENTRY_BYTES = 128;

  private static final ResultCache SHARED = new ResultCache();

  private final Map<AnswerKey, byte[]> answers = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  static ResultCache shared() {
    return SHARED;
  }

  /** A copy nobody changes. */
  synchronized Optional<byte[]> find(AnswerKey key) {
    return Optional.ofNullable(answers.get(key));
  }

  /**
   * Keeps an answer and forgets those that have not been used for longest.
   *
   * @param limit most bytes of all answers together
   */
  synchronized void keep(AnswerKey key, byte[] answer, long limit) {
    byte[] before = answers.put(key, answer);
    bytes += before == null ? answer.length + ENTRY_BYTES : answer.length - before.length;
    Iterator<byte[]> oldest = answers.values().iterator();
    while (bytes > limit && oldest.hasNext()) {
      bytes -= oldest.next().length + ENTRY_BYTES;
      oldest.remove();
    }
  }

  synchronized long bytes() {
    return bytes;
  }
}
