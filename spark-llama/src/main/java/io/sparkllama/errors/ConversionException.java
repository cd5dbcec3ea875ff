package io.sparkllama.errors;

/** A conversion whose source is damaged, unsupported or cannot be written out. */
public final class ConversionException extends LlamaException {

  private static final long serialVersionUID = 1L;

  public ConversionException(String message) {
    this(message, null);
  }

  public ConversionException(String message, Throwable cause) {
    super(message, cause);
  }
}
