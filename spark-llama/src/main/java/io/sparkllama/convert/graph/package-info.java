/** The serving graph and its weights, written as ONNX. */
package io.sparkllama.convert.graph;
