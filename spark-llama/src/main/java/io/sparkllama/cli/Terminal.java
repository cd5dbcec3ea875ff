package io.sparkllama.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Whether somebody watches, as Linux tells; elsewhere no is assumed. */
public final class Terminal {

  private Terminal() {}

  public static boolean showsStandardError() {
    return isTerminal(2);
  }

  /** Whether somebody reads standard output and can type into standard input. */
  static boolean talks() {
    return isTerminal(0) && isTerminal(1);
  }

  /** Java itself tells of standard input and output together only, and no more from 22 on. */
  private static boolean isTerminal(int descriptor) {
    try {
      Path device = Path.of("/proc/self/fd/" + descriptor).toRealPath();
      return device.startsWith("/dev/pts") || device.toString().startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
