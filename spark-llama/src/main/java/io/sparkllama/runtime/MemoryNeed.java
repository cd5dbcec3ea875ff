package io.sparkllama.runtime;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.Architecture;
import io.sparkllama.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Memory outside the Java heap of a process with an engine whose slots are all full.
 *
 * @param weights bytes of the graph and its weights
 * @param cache bytes of keys and values
 * @param workspace bytes that a pass needs at most
 * @param libraries bytes of the JVM itself and of native libraries
 */
public record MemoryNeed(long weights, long cache, long workspace, long libraries) {

  // Peaks less heap, weights, slots and workspace were 105 to 121 MiB.
  private static final long LIBRARIES = 120L << 20;

  // A Llama's feed-forward block is 2.7 to 4 times as wide as its hidden state, and a few tensors
  // of both widths live at once; measured with passes of 512 and 2,048 tokens.
  private static final long HIDDEN_STATES_OF_A_TOKEN = 24;

  /** The logits that are handed over, and two steps on the way to the sum of their exponentials. */
  private static final long COPIES_OF_LOGITS = 3;

  public static MemoryNeed of(ModelPackage model, DecoderOptions options) {
    Architecture numbers = model.architecture();
    long tokens = Math.max(Math.min(options.longestPass(), options.capacity()), options.slots());
    long states = HIDDEN_STATES_OF_A_TOKEN * tokens * numbers.hiddenSize();
    long logits = COPIES_OF_LOGITS * AskedLogits.rows(options.slots()) * numbers.vocabularySize();
    return new MemoryNeed(
        weights(model),
        KvCache.bytes(
            numbers, CacheType.of(model, options.attention()), options.slots(), options.capacity()),
        Float.BYTES * (states + logits),
        LIBRARIES);
  }

  public long total() {
    return weights + cache + workspace + libraries;
  }

  private static long weights(ModelPackage model) {
    String graph = model.graph().getFileName().toString();
    try (Stream<Path> files = Files.list(model.graph().getParent())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(graph))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new EngineException("Cannot list the files beside " + model.graph() + ".", e);
    }
  }
}
