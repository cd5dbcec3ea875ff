package io.sparkllama.runtime.device;

import com.sun.jna.Library;
import com.sun.jna.ptr.IntByReference;

/** Functions of NVIDIA's driver, by their names there; they return 0 for success. */
interface CudaDriver extends Library {

  int cuInit(int flags);

  int cuDeviceGet(IntByReference device, int number);

  int cuDeviceGetName(byte[] name, int length, int device);
}
