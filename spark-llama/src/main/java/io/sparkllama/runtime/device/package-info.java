/**
 * What ONNX Runtime's Java part does not offer of devices: tensors in their memory, copies within
 * it, and what CUDA tells of them. Only {@code io.sparkllama.runtime} uses it.
 */
package io.sparkllama.runtime.device;
