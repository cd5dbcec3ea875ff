package io.sparkllama.errors;

/** One request (a row, a prompt, an option) that cannot be answered; others are not affected. */
public final class RequestException extends LlamaException {

  private static final long serialVersionUID = 1L;

  public RequestException(String message) {
    this(message, null);
  }

  public RequestException(String message, Throwable cause) {
    super(message, cause);
  }
}
