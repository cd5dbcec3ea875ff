package io.sparkllama.convert;

import io.sparkllama.model.CpuFeatures;
import java.util.Locale;

/** How the weights of a package are stored, and what its products compute in. */
public enum Precision {
  /** 32-bit floats. */
  FP32,
  /** 16-bit floats; on a CPU they are widened when the package is loaded. */
  FP16,
  /** 16-bit floats with the range of 32-bit ones; CUDA only. */
  BF16,
  /**
   * 8-bit weights for each output and 8-bit activations for each token, in a rotated basis; down
   * projections and the head as in {@link #INT8}. CPUs with VNNI only.
   */
  W8A8,
  /** 8-bit weights in blocks. */
  INT8,
  /** 4-bit weights in blocks, the head at 8 bits. */
  INT4,
  /** As {@link #INT4}, with the products that suffer most at 8 bits. */
  MIXED;

  /** The fastest that this machine's processor computes right. */
  public static Precision defaultForCpu() {
    return CpuFeatures.vnni() ? W8A8 : INT8;
  }

  /** Whether weights are cut into blocks of a size that can be chosen. */
  public boolean blocks() {
    return this == INT8 || this == INT4 || this == MIXED;
  }

  /** Whether products compute with whole numbers. */
  public boolean integers() {
    return blocks() || this == W8A8;
  }

  /** Whether rounding looks at typical inputs. */
  public boolean calibrated() {
    return this == INT4 || this == MIXED;
  }

  /** Name in commands and manifests. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
