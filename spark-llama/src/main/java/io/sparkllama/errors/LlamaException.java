package io.sparkllama.errors;

/**
 * The one family of failures that this project reports.
 *
 * <p>A message begins with Cannot, Invalid or Failed, names what was found and what was expected,
 * and ends with the remedy. It never holds the text of a prompt or of a row.
 */
public abstract sealed class LlamaException extends RuntimeException
    permits ModelException, ConversionException, RequestException, EngineException {

  private static final long serialVersionUID = 1L;

  LlamaException(String message, Throwable cause) {
    super(message, cause);
  }
}
