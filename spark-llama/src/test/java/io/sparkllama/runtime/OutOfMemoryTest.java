package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutOfMemoryTest {

  /** As ONNX Runtime's sources write them: its arena twice, CUDA, and cuBLAS of several ages. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Available memory of 148992 is smaller than requested bytes of 655360",
        "Failed to allocate memory for requested buffer of size 655360",
        "CUDA failure 2: out of memory ; GPU=0 ; hostname=x ; expr=cudaMalloc((void**)&p, size);",
        "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; hostname=x",
        "CUBLAS failure 3: the resource allocation failed ; GPU=0 ; hostname=x",
        "CUBLAS failure 1: the library was not initialized ; GPU=0 ; hostname=x"
      })
  void memoryThatRanOutIsKnown(String message) {
    assertThat(OutOfMemory.in(new OrtException(message))).isTrue();
  }

  @Test
  void otherErrorsAreOthers() {
    assertThat(OutOfMemory.in(new OrtException("CUDA failure 700: an illegal memory access")))
        .isFalse();
    assertThat(OutOfMemory.in(new OrtException("CUBLAS failure 13: the execution failed")))
        .isFalse();
    assertThat(OutOfMemory.in(new IllegalStateException("out of memory"))).isFalse();
    assertThat(OutOfMemory.in(null)).isFalse();
  }
}
