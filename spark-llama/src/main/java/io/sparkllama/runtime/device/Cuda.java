package io.sparkllama.runtime.device;

import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import io.sparkllama.errors.EngineException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * CUDA on this machine: whether it is whole, and its GPUs. What can be missing is looked for in the
 * order in which it is installed: ONNX Runtime's CUDA build, the driver, CUDA's libraries, a GPU
 * that the build has code for. For any thread.
 */
public final class Cuda {

  /** What ONNX Runtime's CUDA provider is linked with. */
  private static final List<String> LIBRARIES =
      List.of("libcudart.so.12", "libcublas.so.12", "libcublasLt.so.12", "libcurand.so.10");

  private static final String DRIVER = "libcuda.so.1";
  private static final int NAME_BYTES = 256;

  /** ONNX Runtime's provider is linked with functions that earlier ones do not have. */
  private static final int LEAST_VERSION = 12_080;

  private static final int MEMORY_ALLOCATION = 2;
  private static final int INSUFFICIENT_DRIVER = 35;
  private static final int NO_DEVICE = 100;

  private final Cudart runtime;
  private final Optional<CudaDriver> driver;

  Cuda(Cudart runtime, Optional<CudaDriver> driver) {
    this.runtime = runtime;
    this.driver = driver;
  }

  /**
   * CUDA, if all of it is there.
   *
   * @param inBuild whether ONNX Runtime has its CUDA provider
   * @throws EngineException names what is missing and how to get it
   */
  public static Cuda open(boolean inBuild) {
    requireParts(inBuild, SystemLibraries::has);
    return new Cuda(
        SystemLibraries.load(LIBRARIES.get(0), Cudart.class).orElseThrow(),
        SystemLibraries.load(DRIVER, CudaDriver.class));
  }

  static void requireParts(boolean inBuild, Predicate<String> installed) {
    if (!inBuild) {
      throw missing(
          "ONNX Runtime built for CPU",
          "its CUDA build",
          "Use the jar that was built with -Pgpu, or the device cpu.");
    }
    if (!installed.test(DRIVER)) {
      throw missing(
          "no " + DRIVER,
          "NVIDIA's driver",
          "Install the driver (version 525 or later), in a container start it with the NVIDIA"
              + " container toolkit, or use the device cpu.");
    }
    List<String> missing = LIBRARIES.stream().filter(name -> !installed.test(name)).toList();
    if (!missing.isEmpty()) {
      throw missing(
          "no " + String.join(", ", missing),
          "the libraries of CUDA 12.8 or later",
          "Install them (packages cuda-cudart-12-8, libcublas-12-8 and libcurand-12-8 of NVIDIA's"
              + " repository, or later ones) and name their folder in LD_LIBRARY_PATH, or use the device cpu.");
    }
  }

  private static EngineException missing(String found, String expected, String remedy) {
    return new EngineException(
        "Cannot use a GPU: found %s, expected %s. %s".formatted(found, expected, remedy));
  }

  /**
   * A GPU that engines can use.
   *
   * @throws EngineException when CUDA's libraries are too old, there is none of this number, or
   *     ONNX Runtime has no code for it
   */
  public Gpu gpu(int number) {
    requireVersion();
    int count = count();
    if (number >= count) {
      throw missing(
          count == 1 ? "1 GPU" : count + " GPUs",
          "one of number " + number + ", counted from 0",
          "Choose another with the device cuda:N, or make it visible (CUDA_VISIBLE_DEVICES).");
    }
    Gpu gpu = read(number);
    if (!gpu.supported()) {
      throw missing(
          "%s with compute capability %d.%d".formatted(gpu.name(), gpu.major(), gpu.minor()),
          "8.0 to 9.0, or 12.0, for which ONNX Runtime's CUDA build has fast attention",
          "Use another GPU or the device cpu.");
    }
    return gpu;
  }

  private void requireVersion() {
    IntByReference version = new IntByReference();
    check(runtime.cudaRuntimeGetVersion(version));
    int found = version.getValue();
    if (found < LEAST_VERSION) {
      throw missing(
          "libcudart.so.12 of CUDA %d.%d".formatted(found / 1000, found % 1000 / 10),
          "12.8 or later",
          "Install newer packages (cuda-cudart-12-8, libcublas-12-8 and libcurand-12-8 of NVIDIA's"
              + " repository, or later ones), or use the device cpu.");
    }
  }

  private int count() {
    IntByReference count = new IntByReference();
    int error = runtime.cudaGetDeviceCount(count);
    if (error == NO_DEVICE) {
      return 0;
    }
    if (error == INSUFFICIENT_DRIVER) {
      throw missing(
          "a driver older than CUDA 12 needs",
          "version 525 or later",
          "Install a newer driver, or use the device cpu.");
    }
    check(error);
    return count.getValue();
  }

  private Gpu read(int number) {
    check(runtime.cudaSetDevice(number));
    LongByReference free = new LongByReference();
    LongByReference total = new LongByReference();
    check(runtime.cudaMemGetInfo(free, total));
    return new Gpu(
        number,
        name(number),
        attribute(Cudart.CAPABILITY_MAJOR, number),
        attribute(Cudart.CAPABILITY_MINOR, number),
        total.getValue(),
        free.getValue());
  }

  private int attribute(int attribute, int number) {
    IntByReference value = new IntByReference();
    check(runtime.cudaDeviceGetAttribute(value, attribute, number));
    return value.getValue();
  }

  /** The driver tells it, since what the runtime tells has another shape in each version. */
  private String name(int number) {
    IntByReference device = new IntByReference();
    byte[] name = new byte[NAME_BYTES];
    boolean told =
        driver
            .filter(functions -> functions.cuInit(0) == 0)
            .filter(functions -> functions.cuDeviceGet(device, number) == 0)
            .filter(
                functions -> functions.cuDeviceGetName(name, NAME_BYTES, device.getValue()) == 0)
            .isPresent();
    return told ? text(name) : "GPU " + number;
  }

  private static String text(byte[] zeroEnded) {
    int length = 0;
    while (zeroEnded[length] != 0) {
      length++;
    }
    return new String(Arrays.copyOf(zeroEnded, length), StandardCharsets.UTF_8);
  }

  /** Where tensors of a GPU lie. */
  public MemoryPlace memory(int number) {
    return new MemoryPlace("Cuda", number, new CudaMemory(runtime, number));
  }

  private void check(int error) {
    if (error == MEMORY_ALLOCATION) {
      throw missing(
          "no memory free on it",
          "some 500 MiB for CUDA itself",
          "End other processes on the GPU (nvidia-smi lists them), or use the device cpu.");
    }
    if (error != 0) {
      throw missing(
          "CUDA error %d (%s)".formatted(error, runtime.cudaGetErrorString(error)),
          "a GPU that answers",
          "Look at nvidia-smi and the kernel's log (dmesg), or use the device cpu.");
    }
  }
}
