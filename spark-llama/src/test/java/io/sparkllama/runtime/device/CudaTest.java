package io.sparkllama.runtime.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import io.sparkllama.errors.EngineException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a machine on which something of CUDA is missing; such a machine is made up. */
class CudaTest {

  private static final Set<String> ALL =
      Set.of(
          "libcuda.so.1",
          "libcudart.so.12",
          "libcublas.so.12",
          "libcublasLt.so.12",
          "libcurand.so.10");

  @Test
  void aBuildForCpuIsNamedFirst() {
    assertThatThrownBy(() -> Cuda.requireParts(false, name -> false))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Cannot use a GPU: found ONNX Runtime built for CPU, expected its CUDA build. Use the"
                + " jar that was built with -Pgpu, or the device cpu.");
  }

  @Test
  void aMissingDriverIsNamed() {
    assertThatThrownBy(() -> Cuda.requireParts(true, name -> !name.equals("libcuda.so.1")))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith(
            "Cannot use a GPU: found no libcuda.so.1, expected NVIDIA's driver. Install the driver");
  }

  @Test
  void allMissingLibrariesAreNamedTogether() {
    assertThatThrownBy(
            () ->
                Cuda.requireParts(
                    true, Set.of("libcuda.so.1", "libcublas.so.12", "libcublasLt.so.12")::contains))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("found no libcudart.so.12, libcurand.so.10, expected the libraries")
        .hasMessageContaining("LD_LIBRARY_PATH");
    assertThatCode(() -> Cuda.requireParts(true, ALL::contains)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"8, 0", "8, 9", "9, 0", "12, 0"})
  void aGpuThatOnnxRuntimeHasCodeForIsTold(int major, int minor) {
    Gpu gpu = cuda(new Machine(0, 2, major, minor, 12_080)).gpu(1);
    assertThat(gpu).isEqualTo(new Gpu(1, "GPU 1", major, minor, 24_000, 20_000));
  }

  @ParameterizedTest
  @CsvSource({"5, 2", "7, 5", "10, 0", "12, 1"})
  void anotherArchitectureIsRefused(int major, int minor) {
    Cuda cuda = cuda(new Machine(0, 1, major, minor, 12_090));
    assertThatThrownBy(() -> cuda.gpu(0))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Cannot use a GPU: found GPU 0 with compute capability %d.%d, expected 8.0 to 9.0, or 12.0, for which ONNX Runtime's CUDA build has fast attention. Use another GPU or the device cpu."
                .formatted(major, minor));
  }

  @Test
  void librariesThatOnnxRuntimeCannotBeLinkedWithAreRefused() {
    Cuda cuda = cuda(new Machine(0, 1, 9, 0, 12_060));
    assertThatThrownBy(() -> cuda.gpu(0))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith(
            "Cannot use a GPU: found libcudart.so.12 of CUDA 12.6, expected 12.8 or later. Install"
                + " newer packages (cuda-cudart-12-8,");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, found 1 GPU, expected one of number 1",
    "100, 0, found 0 GPUs, expected one of number 1",
    "35, 0, found a driver older than CUDA 12 needs",
    "2, 0, found no memory free on it",
    "999, 0, found CUDA error 999 (error 999)"
  })
  void whatCudaReportsIsSaidWithARemedy(int error, int count, String found) {
    Cuda cuda = cuda(new Machine(error, count, 9, 0, 12_080));
    assertThatThrownBy(() -> cuda.gpu(1))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("Cannot use a GPU: " + found);
  }

  @Test
  void aFailedCopyIsAnError() {
    DeviceMemory memory = cuda(new Machine(700, 1, 9, 0, 12_080)).memory(0).memory();
    assertThatThrownBy(() -> memory.copy(0, 0, 1, 1, 1))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("cuda:0: found CUDA error 700 (error 700)");
    assertThatThrownBy(memory::finish).isInstanceOf(EngineException.class);
  }

  /** It is faster with, and no reason to fail without; only what is pinned is released. */
  @Test
  void memoryThatCannotBePinnedIsUsedAsItIs() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(8);
    for (int refusal : new int[] {0, 801}) {
      AtomicInteger released = new AtomicInteger();
      DeviceMemory memory = cuda(pinning(refusal, released)).memory(0).memory();
      memory.pin(buffer);
      memory.unpin(buffer);
      memory.unpin(buffer);
      assertThat(released).hasValue(refusal == 0 ? 1 : 0);
    }
  }

  private static Cudart pinning(int refusal, AtomicInteger released) {
    return (Cudart)
        Proxy.newProxyInstance(
            CudaTest.class.getClassLoader(),
            new Class<?>[] {Cudart.class},
            (machine, function, arguments) ->
                switch (function.getName()) {
                  case "cudaHostRegister" -> refusal;
                  case "cudaHostUnregister" -> {
                    released.incrementAndGet();
                    yield 0;
                  }
                  default -> 0;
                });
  }

  private static Cuda cuda(Cudart machine) {
    return new Cuda(machine, Optional.empty());
  }

  /** A machine whose every call gives the same error, or none. */
  private record Machine(int error, int count, int major, int minor, int version)
      implements Cudart {
    /** Needs neither a driver nor a GPU. */
    @Override
    public int cudaRuntimeGetVersion(IntByReference target) {
      target.setValue(version);
      return 0;
    }

    @Override
    public int cudaGetDeviceCount(IntByReference target) {
      target.setValue(count);
      return error;
    }

    @Override
    public int cudaSetDevice(int device) {
      return error;
    }

    @Override
    public int cudaDeviceGetAttribute(IntByReference value, int attribute, int device) {
      value.setValue(attribute == CAPABILITY_MAJOR ? major : minor);
      return error;
    }

    @Override
    public int cudaMemGetInfo(LongByReference free, LongByReference total) {
      free.setValue(20_000);
      total.setValue(24_000);
      return error;
    }

    @Override
    public int cudaMemcpy(ByteBuffer target, Pointer source, long bytes, int kind) {
      return error;
    }

    @Override
    public int cudaMemcpy2D(
        Pointer target,
        long targetPitch,
        Pointer source,
        long sourcePitch,
        long width,
        long height,
        int kind) {
      return error;
    }

    @Override
    public int cudaGetLastError() {
      return error;
    }

    @Override
    public int cudaHostRegister(Pointer address, long bytes, int flags) {
      return error;
    }

    @Override
    public int cudaHostUnregister(Pointer address) {
      return error;
    }

    @Override
    public int cudaMemset(Pointer address, int value, long bytes) {
      return error;
    }

    @Override
    public int cudaDeviceSynchronize() {
      return error;
    }

    @Override
    public String cudaGetErrorString(int number) {
      return "error " + number;
    }
  }
}
