package io.sparkllama.runtime;

import com.sun.jna.Memory;
import io.sparkllama.errors.EngineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Buffers outside the Java heap and outside its limit on direct memory, which follows the heap's
 * size and is far too small for a KV cache. Pages are committed when they are first written; all
 * are freed together, after which no buffer may be touched.
 */
final class NativeMemory implements AutoCloseable {

  /** The largest buffer that ONNX Runtime takes from Java. */
  static final long MOST_BYTES = Integer.MAX_VALUE - 8L * Long.BYTES;

  /** Bytes of a line of the processor's cache; vectors that begin with one are loaded at once. */
  private static final int LINE = 64;

  private final List<Memory> blocks = new ArrayList<>();

  FloatBuffer floats(long count) {
    return bytes(count * Float.BYTES).asFloatBuffer();
  }

  ShortBuffer shorts(long count) {
    return bytes(count * Short.BYTES).asShortBuffer();
  }

  IntBuffer ints(long count) {
    return bytes(count * Integer.BYTES).asIntBuffer();
  }

  LongBuffer longs(long count) {
    return bytes(count * Long.BYTES).asLongBuffer();
  }

  ByteBuffer bytes(long count) {
    return allocate(count).getByteBuffer(0, count).order(ByteOrder.nativeOrder());
  }

  private Memory allocate(long bytes) {
    if (bytes > MOST_BYTES) {
      throw new EngineException(
          "Cannot allocate a buffer of "
              + bytes
              + " bytes: expected at most "
              + MOST_BYTES
              + ". Use fewer slots or a smaller capacity.");
    }
    try {
      Memory block = new Memory(bytes + LINE);
      blocks.add(block);
      return block.align(LINE);
    } catch (OutOfMemoryError e) {
      throw new EngineException(
          "Cannot allocate "
              + bytes
              + " bytes of native memory. Use fewer slots, a smaller capacity, or give the process"
              + " more memory (spark.executor.memoryOverhead).",
          e);
    }
  }

  @Override
  public void close() {
    blocks.forEach(Memory::close);
    blocks.clear();
  }
}
