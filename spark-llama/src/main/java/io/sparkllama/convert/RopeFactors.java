package io.sparkllama.convert;

/**
 * What happens to the rotary frequencies' divisors that a GGUF file may hold ({@code
 * rope_freqs.weight}). Exporters write them for the llama3 scaling, which stretches a context of
 * 8,192 tokens; llama.cpp always applies them, the GGUF reader of transformers never does.
 */
public enum RopeFactors {
  /** Applied where the context is longer than {@value #UNSCALED_CONTEXT} tokens. */
  AUTO,
  APPLY,
  IGNORE;

  /** Context that Llama 3 was made for before it was stretched. */
  public static final int UNSCALED_CONTEXT = 8192;

  /** Whether a file's divisors are applied at a context length. */
  public boolean apply(int contextLength) {
    return this == APPLY || (this == AUTO && contextLength > UNSCALED_CONTEXT);
  }
}
