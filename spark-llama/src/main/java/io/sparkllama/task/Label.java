package io.sparkllama.task;

import java.io.Serializable;

/**
 * A label to choose.
 *
 * @param name what is answered
 * @param description what it means, for the prompt; empty for none
 */
public record Label(String name, String description) implements Serializable {

  /** Without a description. */
  public static Label named(String name) {
    return new Label(name, "");
  }
}
