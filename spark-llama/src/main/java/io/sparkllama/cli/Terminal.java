package io.sparkllama.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Whether somebody watches. */
public final class Terminal {

  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  private Terminal() {}

  /** Java itself tells of standard input and output only; where Linux does not, no is assumed. */
  public static boolean showsStandardError() {
    try {
      Path device = STANDARD_ERROR.toRealPath();
      return device.startsWith("/dev/pts") || device.toString().startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
