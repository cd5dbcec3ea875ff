package io.sparkllama.errors;

/** A model package that is incomplete, damaged, unsafe or does not fit this machine. */
public final class ModelException extends LlamaException {

  private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    this(message, null);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
