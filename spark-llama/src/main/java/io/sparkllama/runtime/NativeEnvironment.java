package io.sparkllama.runtime;

import ai.onnxruntime.OrtEnvironment;
import io.sparkllama.errors.EngineException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * ONNX Runtime's environment, one for the process.
 *
 * <p>Version 1.29 reads the process's command line in a recursion as deep as the line is long; on a
 * thread of ordinary size a class path of some 17,000 characters, as Spark may have, ends the
 * process. So the environment is made on a thread with a large stack, of which only what is used
 * takes memory.
 */
final class NativeEnvironment {

  private static final long STACK_BYTES = 1L << 30;

  private NativeEnvironment() {}

  static OrtEnvironment get() {
    CompletableFuture<OrtEnvironment> made = new CompletableFuture<>();
    new Thread(null, () -> make(made), "spark-llama-onnxruntime", STACK_BYTES).start();
    try {
      return made.join();
    } catch (CompletionException e) {
      throw new EngineException(
          "Cannot load ONNX Runtime: "
              + e.getCause()
              + ". Use a platform that its Java package supports, and leave room in java.io.tmpdir.",
          e.getCause());
    }
  }

  /** A library that does not load is an Error, and the waiting thread must hear of it. */
  private static void make(CompletableFuture<OrtEnvironment> made) {
    try {
      made.complete(OrtEnvironment.getEnvironment());
    } catch (RuntimeException | LinkageError e) {
      made.completeExceptionally(e);
    }
  }
}
