import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;

/**
 * Memory of a GPU that another process might have taken; closing gives it back.
 *
 * @param address of CUDA's
 * @param bytes how much
 */
record TakenMemory(Pointer address, long bytes) implements AutoCloseable {

  private static final long LEFT = 64 * Place.MEBI;
  private static final NativeLibrary CUDART = NativeLibrary.getInstance("libcudart.so.12");

  /** All that is free but a little; less where it is not in one piece. */
  static TakenMemory allBut(Place place) {
    long bytes = place.gpu().freeBytes() - LEFT;
    PointerByReference address = new PointerByReference();
    while (bytes > 0 && call("cudaMalloc", address, bytes) != 0) {
      bytes -= LEFT;
    }
    return new TakenMemory(address.getValue(), bytes);
  }

  @Override
  public void close() {
    if (call("cudaFree", address) != 0) {
      throw new IllegalStateException("cudaFree failed");
    }
  }

  private static int call(String function, Object... arguments) {
    return CUDART.getFunction(function).invokeInt(arguments);
  }
}
