package io.sparkllama.spark;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Column;

/** The SQL functions for Java and Scala code; NULL gives NULL. */
public final class LlamaFunctions {

  private LlamaFunctions() {}

  /** {@code positive}, {@code negative} or {@code neutral}. */
  public static Column sentiment(Column text) {
    return call_function("llama_sentiment", text);
  }

  /** A summary of about fifty words. */
  public static Column summarize(Column text) {
    return call_function("llama_summarize", text);
  }

  /** A summary of at most {@code maxWords} words, as far as the model obeys. */
  public static Column summarize(Column text, int maxWords) {
    return call_function("llama_summarize", text, lit(maxWords));
  }

  /**
   * @param language ISO 639-1 code or English name of the target language
   */
  public static Column translate(Column text, String language) {
    return call_function("llama_translate", text, lit(language));
  }

  /** The model's answer to a user message. */
  public static Column generate(Column prompt) {
    return call_function("llama_generate", prompt);
  }

  /**
   * @param maxTokens most tokens of the answer
   */
  public static Column generate(Column prompt, int maxTokens) {
    return call_function("llama_generate", prompt, lit(maxTokens));
  }
}
