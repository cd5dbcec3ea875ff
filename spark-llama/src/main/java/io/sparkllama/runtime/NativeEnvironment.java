package io.sparkllama.runtime;

import ai.onnxruntime.OrtEnvironment;
import io.sparkllama.errors.EngineException;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * ONNX Runtime's environment, one for the process.
 *
 * <p>Version 1.29 reads the process's command line in a recursion as deep as the line is long; on a
 * thread of ordinary size a class path of some 17,000 characters, as Spark may have, ends the
 * process. So the environment is made on a thread with a large stack, of which only what is used
 * takes memory.
 *
 * <p>Its Java part releases the environment in a shutdown hook, at the same time as other hooks run
 * and whatever still uses it: a pass or a load that is in progress ends the process with a crash. A
 * second reference, which nobody gives back, keeps the environment until {@link ProcessEnd} has let
 * native code come to its end.
 */
final class NativeEnvironment {

  private static final long STACK_BYTES = 1L << 30;

  private static final int LOG_WARNINGS = 2;
  private static final AtomicBoolean KEPT = new AtomicBoolean();

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
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      if (KEPT.compareAndSet(false, true)) {
        keep();
      }
      made.complete(environment);
    } catch (RuntimeException | LinkageError e) {
      made.completeExceptionally(e);
    }
  }

  /** A library without these members is of another version than this one is tried with. */
  private static void keep() {
    try {
      Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
      Method create =
          OrtEnvironment.class.getDeclaredMethod(
              "createHandle", long.class, int.class, String.class);
      api.setAccessible(true);
      create.setAccessible(true);
      create.invoke(null, api.getLong(null), LOG_WARNINGS, "spark-llama");
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      // Nothing but a clean end is lost.
    }
  }
}
