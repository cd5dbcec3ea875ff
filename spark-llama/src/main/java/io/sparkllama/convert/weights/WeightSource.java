package io.sparkllama.convert.weights;

import java.util.Optional;
import java.util.Set;

/** A checkpoint's weights under the names and in the order of rows that transformers has. */
public interface WeightSource {

  /** Path or URI, for messages. */
  String location();

  /** All weights that the checkpoint holds. */
  Set<String> names();

  /** A weight such as {@code model.layers.0.self_attn.q_proj.weight}; a vector has one row. */
  Optional<Matrix> find(String name);
}
