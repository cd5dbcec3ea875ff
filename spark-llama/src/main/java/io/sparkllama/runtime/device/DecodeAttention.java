package io.sparkllama.runtime.device;

import com.sun.jna.Library;
import com.sun.jna.Native;

/**
 * ONNX Runtime's fast attention of decode steps (XQA) on several GPUs. It asks for the shared
 * memory that its kernel needs once for a process ({@code mha_impl.cuh} of version 1.29), on the
 * GPU that comes first; on any other the kernel cannot start. So sessions on those get flash
 * attention. For any thread.
 */
public final class DecodeAttention {

  private static final String SWITCH = "ORT_ENABLE_XQA";

  private static int first = -1;

  private DecodeAttention() {}

  /** The C library, whose environment ONNX Runtime reads: Java's is a copy. */
  private interface Environment extends Library {
    int setenv(String name, String value, int overwrite);
  }

  /**
   * To be called before a session is opened on a GPU, since the operators look when they are made.
   *
   * @param gpu its number
   */
  public static synchronized void prepare(int gpu) {
    if (first < 0) {
      first = gpu;
    }
    if (gpu != first) {
      Native.load("c", Environment.class).setenv(SWITCH, "0", 1);
    }
  }
}
