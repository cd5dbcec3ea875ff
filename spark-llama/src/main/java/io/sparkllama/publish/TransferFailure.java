package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import java.io.IOException;

/** What breaks a transfer off, as its user reads it. */
final class TransferFailure {

  private TransferFailure() {}

  /**
   * @param what was attempted, such as read
   * @param path the file or folder
   */
  static ModelException of(String what, Object path, IOException e) {
    return new ModelException(
        "Failed to %s %s: %s. Check the connection, the rights and the free space, and run the command again; it goes on where it was."
            .formatted(what, path, e.getMessage()),
        e);
  }
}
