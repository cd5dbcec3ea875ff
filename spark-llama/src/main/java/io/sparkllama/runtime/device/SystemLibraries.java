package io.sparkllama.runtime.device;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.util.List;
import java.util.Optional;

/**
 * Native libraries that the machine has to have. What is loaded here stays, so that ONNX Runtime
 * finds it by its name even where the system's search path does not lead to it.
 */
final class SystemLibraries {

  /** Where CUDA's installer puts libraries, beside the system's own search path. */
  private static final List<String> FOLDERS =
      List.of("/usr/local/cuda/lib64", "/usr/local/cuda/targets/x86_64-linux/lib");

  private SystemLibraries() {}

  static boolean has(String name) {
    return load(name).isPresent();
  }

  static <T extends Library> Optional<T> load(String name, Class<T> functions) {
    return load(name).map(library -> Native.load(name, functions));
  }

  private static Optional<NativeLibrary> load(String name) {
    try {
      FOLDERS.forEach(folder -> NativeLibrary.addSearchPath(name, folder));
      return Optional.of(NativeLibrary.getInstance(name));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }
}
