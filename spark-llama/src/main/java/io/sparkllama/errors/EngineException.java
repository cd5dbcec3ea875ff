package io.sparkllama.errors;

/** An engine that cannot start or go on: native library, memory, device, shutdown. */
public final class EngineException extends LlamaException {

  private static final long serialVersionUID = 1L;

  public EngineException(String message) {
    this(message, null);
  }

  public EngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
