/**
 * Trains LoRA adapters with PyTorch's native library through DJL. No other package imports {@code
 * ai.djl.pytorch} or {@code ai.djl.ndarray}.
 */
package io.sparkllama.finetune;
