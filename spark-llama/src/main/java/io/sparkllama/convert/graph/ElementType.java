package io.sparkllama.convert.graph;

/** Element types by the numbers that ONNX gives them. */
final class ElementType {

  static final int FLOAT = 1;
  static final int UINT8 = 2;
  static final int INT8 = 3;
  static final int INT32 = 6;
  static final int INT64 = 7;

  private ElementType() {}
}
