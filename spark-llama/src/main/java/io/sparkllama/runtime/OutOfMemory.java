package io.sparkllama.runtime;

import ai.onnxruntime.OrtException;
import java.util.regex.Pattern;

/** Tells errors of memory from others: ONNX Runtime has no code for them. */
final class OutOfMemory {

  /**
   * How its arena, CUDA and cuBLAS say it. cuBLAS has two codes: 3 where it can not allocate, 1
   * where it finds no room to begin with.
   */
  private static final Pattern WORDS =
      Pattern.compile(
          "(?i)out of memory|failed to allocate memory|smaller than requested bytes"
              + "|ALLOC_FAILED|resource allocation failed|CUBLAS failure [13]:");

  private OutOfMemory() {}

  static boolean in(Throwable failure) {
    return failure instanceof OrtException && WORDS.matcher(failure.getMessage()).find();
  }
}
