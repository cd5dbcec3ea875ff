package io.sparkllama.spark.settings;

import java.util.Set;

/** What {@code spark.llama.device} may say. */
public enum DeviceChoice {
  /** The GPU that Spark gave a task, where engines can use one, else the CPU. */
  AUTO,
  /** The CPU, whatever Spark gave. */
  CPU,
  /** The GPU that Spark gave a task; without one the task fails. */
  CUDA;

  /** What engines of this build can do. */
  public static final Set<DeviceChoice> USABLE = Set.of(AUTO, CPU);
}
