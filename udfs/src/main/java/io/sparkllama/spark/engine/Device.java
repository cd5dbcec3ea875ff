package io.sparkllama.spark.engine;

import java.io.Serializable;

/**
 * Where an engine computes.
 *
 * @param kind the type of processor
 * @param address which one of several, as Spark's resources name it; empty for the CPU
 */
public record Device(Kind kind, String address) implements Serializable {

  /** Types of processors. */
  public enum Kind {
    CPU,
    CUDA
  }

  public static final Device CPU = new Device(Kind.CPU, "");

  /** {@code cpu}, or {@code cuda:0}. */
  @Override
  public String toString() {
    return kind == Kind.CPU ? "cpu" : "cuda:" + address;
  }
}
