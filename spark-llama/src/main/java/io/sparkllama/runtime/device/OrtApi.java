package io.sparkllama.runtime.device;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.sparkllama.errors.EngineException;

/**
 * A few functions of ONNX Runtime's C API, by their places in its table ({@code OrtApi} in
 * onnxruntime_c_api.h). All have been there since versions 1 to 5 of the table, which only grows at
 * its end. Handles are addresses. For any thread.
 */
final class OrtApi {

  /** Places in the table. */
  private enum Entry {
    GET_ERROR_MESSAGE(2),
    CREATE_TENSOR_AS_ORT_VALUE(48),
    CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE(49),
    GET_TENSOR_MUTABLE_DATA(51),
    CREATE_MEMORY_INFO(68),
    ALLOCATOR_GET_INFO(77),
    RELEASE_STATUS(93),
    RELEASE_MEMORY_INFO(94),
    RELEASE_VALUE(96),
    CREATE_ALLOCATOR(131),
    RELEASE_ALLOCATOR(132);

    private final int place;

    Entry(int place) {
      this.place = place;
    }
  }

  /** {@code OrtDeviceAllocator}; the session's own allocator is taken whatever this says. */
  private static final int DEVICE_ALLOCATOR = 0;

  /** {@code OrtMemTypeDefault}: the memory that the device computes in. */
  private static final int DEFAULT_MEMORY = 0;

  private final Pointer table;

  /**
   * @param table address of the table
   */
  OrtApi(long table) {
    this.table = new Pointer(table);
  }

  /**
   * Describes the memory of a device.
   *
   * @param name {@code Cpu} or {@code Cuda}
   * @param number which of several
   */
  long memoryInfo(String name, int number) {
    return create(Entry.CREATE_MEMORY_INFO, name, DEVICE_ALLOCATOR, number, DEFAULT_MEMORY);
  }

  /** The allocator of a session for a memory. */
  long allocator(long session, long memoryInfo) {
    return create(Entry.CREATE_ALLOCATOR, new Pointer(session), new Pointer(memoryInfo));
  }

  /** The memory of an allocator as the session itself describes it; the allocator's. */
  long memoryInfoOf(long allocator) {
    return create(Entry.ALLOCATOR_GET_INFO, new Pointer(allocator));
  }

  /**
   * A tensor with memory of its own.
   *
   * @param type ONNX element type
   */
  long tensor(long allocator, long[] shape, int type) {
    return create(
        Entry.CREATE_TENSOR_AS_ORT_VALUE, new Pointer(allocator), shape, (long) shape.length, type);
  }

  /** A tensor over memory of another. */
  long view(long memoryInfo, long address, long bytes, long[] shape, int type) {
    return create(
        Entry.CREATE_TENSOR_WITH_DATA_AS_ORT_VALUE,
        new Pointer(memoryInfo),
        new Pointer(address),
        bytes,
        shape,
        (long) shape.length,
        type);
  }

  /** Where a tensor's numbers begin. */
  long address(long tensor) {
    return create(Entry.GET_TENSOR_MUTABLE_DATA, new Pointer(tensor));
  }

  void releaseTensor(long tensor) {
    release(Entry.RELEASE_VALUE, new Pointer(tensor));
  }

  void releaseAllocator(long allocator) {
    release(Entry.RELEASE_ALLOCATOR, new Pointer(allocator));
  }

  void releaseMemoryInfo(long memoryInfo) {
    release(Entry.RELEASE_MEMORY_INFO, new Pointer(memoryInfo));
  }

  /** Calls a function whose last argument takes the address of what it makes. */
  private long create(Entry entry, Object... arguments) {
    PointerByReference made = new PointerByReference();
    Object[] all = new Object[arguments.length + 1];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = made;
    Pointer status = function(entry).invokePointer(all);
    if (status != null) {
      throw failed(status);
    }
    return Pointer.nativeValue(made.getValue());
  }

  private EngineException failed(Pointer status) {
    String message = function(Entry.GET_ERROR_MESSAGE).invokeString(new Object[] {status}, false);
    release(Entry.RELEASE_STATUS, status);
    return new EngineException(
        "Cannot make a tensor in the device's memory: found \""
            + message.strip()
            + "\". Use fewer slots or a smaller capacity.");
  }

  private void release(Entry entry, Pointer handle) {
    function(entry).invokeVoid(new Object[] {handle});
  }

  private Function function(Entry entry) {
    return Function.getFunction(table.getPointer((long) entry.place * Native.POINTER_SIZE));
  }
}
