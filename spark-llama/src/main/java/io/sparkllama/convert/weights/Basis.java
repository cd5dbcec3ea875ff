package io.sparkllama.convert.weights;

/** What becomes of weights when hidden states are expressed in another basis. */
public interface Basis {

  /** Hidden states as they are. */
  Basis PLAIN = new PlainBasis();

  /**
   * Changes what a weight reads.
   *
   * @param module such as {@code q_proj}
   * @param weight {@code [any, columns of the module]}
   */
  Matrix inputs(int layer, String module, Matrix weight);

  /**
   * Changes what a weight writes.
   *
   * @param weight {@code [rows of the module, any]}
   */
  Matrix outputs(int layer, String module, Matrix weight);
}
