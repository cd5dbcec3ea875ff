package io.sparkllama.convert;

import io.sparkllama.model.CpuFeatures;
import java.util.Locale;

/** How the weights of a package are stored, and what its products compute in. */
public enum Precision {
  /** 32-bit floats. */
  FP32,
  /**
   * 8-bit weights for each output and 8-bit activations for each token, down projections and the
   * head as in {@link #INT8}; needs VNNI.
   */
  W8A8,
  /** 8-bit weights in blocks of 32. */
  INT8,
  /** 4-bit weights in blocks of 32, the head at 8 bits. */
  INT4;

  /** The fastest that this machine's processor computes right. */
  public static Precision defaultForCpu() {
    return CpuFeatures.vnni() ? W8A8 : INT8;
  }

  /** Name in commands and manifests. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
