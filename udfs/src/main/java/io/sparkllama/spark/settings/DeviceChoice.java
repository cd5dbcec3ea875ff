package io.sparkllama.spark.settings;

/** What {@code spark.llama.device} may say. */
public enum DeviceChoice {
  /** The GPU that Spark gave a task, where engines can use it, else the CPU. */
  AUTO,
  /** The CPU, whatever Spark gave. */
  CPU,
  /** The GPU that Spark gave a task; without one the task fails. */
  CUDA
}
