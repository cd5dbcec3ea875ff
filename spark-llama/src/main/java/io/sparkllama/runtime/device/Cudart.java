package io.sparkllama.runtime.device;

import com.sun.jna.Library;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import java.nio.ByteBuffer;

/**
 * Functions of the CUDA runtime, by their names there; what they return is a {@code cudaError_t}, 0
 * for success. They concern the device that the calling thread has chosen.
 */
interface Cudart extends Library {

  /** {@code cudaMemcpyDeviceToHost}. */
  int DEVICE_TO_HOST = 2;

  /** {@code cudaMemcpyDeviceToDevice}. */
  int DEVICE_TO_DEVICE = 3;

  /** {@code cudaDevAttrComputeCapabilityMajor}. */
  int CAPABILITY_MAJOR = 75;

  /** {@code cudaDevAttrComputeCapabilityMinor}. */
  int CAPABILITY_MINOR = 76;

  /** 1000 x major + 10 x minor. */
  int cudaRuntimeGetVersion(IntByReference version);

  int cudaGetDeviceCount(IntByReference count);

  int cudaSetDevice(int device);

  int cudaDeviceGetAttribute(IntByReference value, int attribute, int device);

  int cudaMemGetInfo(LongByReference free, LongByReference total);

  int cudaMemcpy(ByteBuffer target, Pointer source, long bytes, int kind);

  int cudaMemcpy2D(
      Pointer target,
      long targetPitch,
      Pointer source,
      long sourcePitch,
      long width,
      long height,
      int kind);

  int cudaHostRegister(Pointer address, long bytes, int flags);

  int cudaHostUnregister(Pointer address);

  /** The thread's last error, which is forgotten by this. */
  int cudaGetLastError();

  int cudaMemset(Pointer address, int value, long bytes);

  int cudaDeviceSynchronize();

  String cudaGetErrorString(int error);
}
