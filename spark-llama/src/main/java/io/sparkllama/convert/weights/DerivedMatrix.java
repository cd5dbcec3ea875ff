package io.sparkllama.convert.weights;

/** A weight made of another one, of the same name and size. */
interface DerivedMatrix extends Matrix {

  Matrix base();

  @Override
  default String name() {
    return base().name();
  }

  @Override
  default int rows() {
    return base().rows();
  }

  @Override
  default int columns() {
    return base().columns();
  }
}
