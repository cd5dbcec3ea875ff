package io.sparkllama.convert;

import java.util.Locale;

/** Where a package is going to run. */
public enum Device {
  CPU,
  CUDA;

  /** Name in commands and manifests. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
