package io.sparkllama.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.sparkllama.errors.EngineException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * One tokenizer of the native library.
 *
 * <p>The library encodes and decodes in many threads at once, but does not survive a call after its
 * memory is freed: closing waits for the calls that are under way.
 */
final class NativeTokenizer implements AutoCloseable {

  static {
    // Without these the loader looks for CUDA builds of the library on the network.
    setIfAbsent("RUST_FLAVOR", "cpu");
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
  }

  /** Nothing is cut off, filled up or added. */
  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final ReadWriteLock life = new ReentrantReadWriteLock();
  private final HuggingFaceTokenizer tokenizer;
  private boolean closed;

  NativeTokenizer(byte[] json) throws IOException {
    tokenizer = HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), PLAIN);
  }

  /**
   * @param text without lone surrogates, which the library cannot take
   */
  Tokens encode(String text) {
    long[] ids = alive(() -> tokenizer.encode(text, false, false).getIds());
    return Tokens.of(Arrays.stream(ids).mapToInt(Math::toIntExact).toArray());
  }

  String decode(Tokens tokens) {
    long[] ids = tokens.stream().asLongStream().toArray();
    return alive(() -> tokenizer.decode(ids, true));
  }

  private <T> T alive(Supplier<T> call) {
    life.readLock().lock();
    try {
      if (closed) {
        throw new EngineException("Cannot use a closed tokenizer. Open the model again.");
      }
      return call.get();
    } finally {
      life.readLock().unlock();
    }
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        tokenizer.close();
      }
    } finally {
      life.writeLock().unlock();
    }
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
