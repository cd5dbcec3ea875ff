package io.sparkllama.runtime.device;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.sparkllama.errors.EngineException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The memory of a GPU. ONNX Runtime's passes run in a stream of their own, to whose end each pass
 * waits, unless it fails or is stopped: kernels that it has started still write then.
 */
final class CudaMemory implements DeviceMemory {

  /** {@code cudaHostRegisterDefault}. */
  private static final int BY_DEFAULT = 0;

  private final Cudart cuda;
  private final int device;
  private final Set<Pointer> pinned = ConcurrentHashMap.newKeySet();

  CudaMemory(Cudart cuda, int device) {
    this.cuda = cuda;
    this.device = device;
  }

  @Override
  public void copy(long target, long source, long parts, long bytes, long distance) {
    choose();
    check(
        cuda.cudaMemcpy2D(
            new Pointer(target),
            distance,
            new Pointer(source),
            distance,
            bytes,
            parts,
            Cudart.DEVICE_TO_DEVICE));
  }

  @Override
  public boolean apart() {
    return true;
  }

  /** Systems may refuse, which only costs time. */
  @Override
  public void pin(ByteBuffer buffer) {
    choose();
    Pointer address = Native.getDirectBufferPointer(buffer);
    if (cuda.cudaHostRegister(address, buffer.capacity(), BY_DEFAULT) == 0) {
      pinned.add(address);
    } else {
      // What is left as the thread's last error would be taken for one of the next kernel.
      cuda.cudaGetLastError();
    }
  }

  /** Kernels of a stopped pass may still write into it. */
  @Override
  public void unpin(ByteBuffer buffer) {
    Pointer address = Native.getDirectBufferPointer(buffer);
    if (pinned.remove(address)) {
      finish();
      check(cuda.cudaHostUnregister(address));
    }
  }

  @Override
  public void finish() {
    choose();
    check(cuda.cudaDeviceSynchronize());
  }

  @Override
  public void clear(long address, long bytes) {
    finish();
    check(cuda.cudaMemset(new Pointer(address), 0, bytes));
    finish();
  }

  @Override
  public void read(long address, ByteBuffer target) {
    choose();
    check(
        cuda.cudaMemcpy(
            target.slice(), new Pointer(address), target.remaining(), Cudart.DEVICE_TO_HOST));
  }

  /** The runtime keeps a device for each thread. */
  private void choose() {
    check(cuda.cudaSetDevice(device));
  }

  private void check(int error) {
    if (error != 0) {
      throw new EngineException(
          "Failed to move numbers in the memory of cuda:%d: found CUDA error %d (%s). Look into the kernel's log (dmesg) for the GPU's errors, and start the process again."
              .formatted(device, error, cuda.cudaGetErrorString(error)));
    }
  }
}
