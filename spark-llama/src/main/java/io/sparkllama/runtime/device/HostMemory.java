package io.sparkllama.runtime.device;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/** The machine's own memory, as that of a device. */
public final class HostMemory implements DeviceMemory {

  @Override
  public void copy(long target, long source, long parts, long bytes, long distance) {
    for (long i = 0; i < parts; i++) {
      at(target + i * distance, bytes).put(at(source + i * distance, bytes));
    }
  }

  @Override
  public boolean apart() {
    return false;
  }

  @Override
  public void pin(ByteBuffer buffer) {}

  @Override
  public void unpin(ByteBuffer buffer) {}

  /** Copies are made at once. */
  @Override
  public void finish() {}

  @Override
  public void clear(long address, long bytes) {
    new Pointer(address).clear(bytes);
  }

  @Override
  public void read(long address, ByteBuffer target) {
    target.duplicate().put(at(address, target.remaining()));
  }

  private static ByteBuffer at(long address, long bytes) {
    return new Pointer(address).getByteBuffer(0, bytes);
  }
}
