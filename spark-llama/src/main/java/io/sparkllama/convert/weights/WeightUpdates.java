package io.sparkllama.convert.weights;

/** Changes weights on their way from a source into a package. */
@FunctionalInterface
public interface WeightUpdates {

  WeightUpdates NONE = (layer, module, base) -> base;

  /**
   * @param layer layer, from 0
   * @param module name as transformers has it, such as {@code q_proj}
   * @param base the weight as the source has it
   */
  Matrix apply(int layer, String module, Matrix base);
}
