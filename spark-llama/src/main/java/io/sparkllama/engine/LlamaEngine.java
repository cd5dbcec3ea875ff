package io.sparkllama.engine;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.util.concurrent.CompletableFuture;

/**
 * One model on one device; requests of any number of threads share its slots.
 *
 * <p>A future ends exceptionally with a {@link io.sparkllama.errors.LlamaException}; cancelling it
 * takes the row out of its slot at the next step.
 */
public final class LlamaEngine implements AutoCloseable {

  public static LlamaEngine open(ModelPackage model, EngineOptions options) {
    throw new UnsupportedOperationException();
  }

  public CompletableFuture<Generation> generate(GenerationRequest request) {
    throw new UnsupportedOperationException();
  }

  public CompletableFuture<LabelScores> score(ScoreRequest request) {
    throw new UnsupportedOperationException();
  }

  public ModelPackage model() {
    throw new UnsupportedOperationException();
  }

  public LlamaTokenizer tokenizer() {
    throw new UnsupportedOperationException();
  }

  /** Most tokens of prompt and answer together that a request may have. */
  public int capacity() {
    throw new UnsupportedOperationException();
  }

  public EngineStats stats() {
    throw new UnsupportedOperationException();
  }

  /** Ends open requests with an error and frees native memory; a second call does nothing. */
  @Override
  public void close() {}
}
