package io.sparkllama.constraint;

import java.io.Serializable;

/**
 * What an answer must look like. An answer under a constraint is always one of its texts, whole,
 * whatever the model would rather say and however few tokens it may have.
 *
 * <p>Constraints are values: equal ones are the same to an engine, which keeps what it has worked
 * out about them. Making one checks it, without a model.
 */
public sealed interface Constraint extends Serializable permits JsonSchema, Regex, Choices {}
