package io.sparkllama.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What this machine's processor can do, as far as the precision of a model depends on it. */
public final class CpuFeatures {

  /** Name in manifests of 8-bit dot products that do not saturate. */
  public static final String VNNI = "vnni";

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Pattern VNNI_FLAG = Pattern.compile("\\b(avx512_vnni|avx_vnni)\\b");

  private static final Pattern AVX2_FLAG = Pattern.compile("\\bavx2\\b");
  private static final Pattern FMA_FLAG = Pattern.compile("\\bfma\\b");
  private static final Pattern F16C_FLAG = Pattern.compile("\\bf16c\\b");

  private CpuFeatures() {}

  /**
   * Whether products of unsigned and signed 8-bit numbers are summed without saturation. True on
   * 64-bit ARM, whose instructions never saturate; false where the operating system does not tell.
   */
  public static boolean vnni() {
    return arm64() || hasVnni(cpuInfo());
  }

  /**
   * @param cpuInfo text of Linux's {@code /proc/cpuinfo}
   */
  static boolean hasVnni(String cpuInfo) {
    return VNNI_FLAG.matcher(cpuInfo).find();
  }

  /**
   * Whether vectors are multiplied and added in one step and halves are widened, as spark-llama's
   * own operators need it. True on 64-bit ARM.
   */
  public static boolean fusedVectors() {
    String flags = cpuInfo();
    return arm64()
        || Stream.of(AVX2_FLAG, FMA_FLAG, F16C_FLAG).allMatch(flag -> flag.matcher(flags).find());
  }

  private static boolean arm64() {
    return System.getProperty("os.arch").toLowerCase(Locale.ROOT).equals("aarch64");
  }

  private static String cpuInfo() {
    try {
      return Files.isReadable(CPU_INFO) ? Files.readString(CPU_INFO) : "";
    } catch (IOException e) {
      return "";
    }
  }
}
