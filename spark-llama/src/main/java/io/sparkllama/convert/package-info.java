/** Other formats in, ONNX model packages out. */
package io.sparkllama.convert;
