package io.sparkllama.finetune;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.sparkllama.errors.RequestException;
import java.util.List;

/** PyTorch's native library, from the class path and never from the network. */
final class Torch {

  private static final List<String> RESOURCES =
      List.of("jnilib/pytorch.properties", "native/lib/pytorch.properties");

  private Torch() {}

  /**
   * Loads the library, once in a process.
   *
   * @param threads threads of the arithmetic
   * @return of all arrays; closing it frees them
   * @throws RequestException names the jars that are missing
   */
  static NDManager open(int threads) {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("PYTORCH_FLAVOR", "cpu");
    requireLibrary();
    try {
      Engine engine = Engine.getEngine("PyTorch");
      JniUtils.setNumThreads(threads);
      return engine.newBaseManager();
    } catch (EngineException
        | IllegalArgumentException
        | UnsatisfiedLinkError
        | ExceptionInInitializerError e) {
      throw new RequestException(
          "Cannot load PyTorch: %s. Use the jars of pytorch-jni and pytorch-native-cpu that docs/finetune.md names, for this system."
              .formatted(root(e)),
          e);
    }
  }

  /** DJL would say that it cannot download the library. */
  private static void requireLibrary() {
    if (System.getenv("PYTORCH_LIBRARY_PATH") != null
        || System.getProperty("PYTORCH_LIBRARY_PATH") != null) {
      return;
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    for (String resource : RESOURCES) {
      if (loader.getResource(resource) == null) {
        throw new RequestException(
            "Cannot train: PyTorch's library is not on the class path (found no %s). Add the jars ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0 and ai.djl.pytorch:pytorch-native-cpu:2.7.1:linux-x86_64, as docs/finetune.md shows."
                .formatted(resource));
      }
    }
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).lines().findFirst().orElse(root.toString());
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
