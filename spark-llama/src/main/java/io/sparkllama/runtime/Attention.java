package io.sparkllama.runtime;

/** Which operator computes attention. */
public enum Attention {
  /** spark-llama's own, where it has been built for this machine and fits the graph. */
  OWN,

  /** The graph's. */
  OF_GRAPH
}
