/** Weights as matrices of which rows are read one after the other, never whole. */
package io.sparkllama.convert.weights;
