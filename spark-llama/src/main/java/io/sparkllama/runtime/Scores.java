package io.sparkllama.runtime;

import io.sparkllama.runtime.device.DeviceMemory;
import io.sparkllama.runtime.device.DeviceTensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Where the scores of all tokens lie: {@code float[rows, vocabulary]}. */
sealed interface Scores {

  float at(int row, int token);

  /** Copies a row into an array of its size; for any thread. */
  void read(int row, float[] target);

  /** Where Java reads them. */
  record InMemory(FloatBuffer values, int vocabulary) implements Scores {
    @Override
    public float at(int row, int token) {
      return values.get(row * vocabulary + token);
    }

    @Override
    public void read(int row, float[] target) {
      values.get(row * vocabulary, target);
    }
  }

  /**
   * In the memory of a device, from which as much is fetched as is asked for.
   *
   * @param fetched room for a row, which lives as long
   */
  record OnDevice(DeviceMemory memory, DeviceTensor values, ByteBuffer fetched, int vocabulary)
      implements Scores {
    @Override
    public float at(int row, int token) {
      return fetch(row, token, 1).get(0);
    }

    @Override
    public synchronized void read(int row, float[] target) {
      fetch(row, 0, vocabulary).get(0, target);
    }

    private synchronized FloatBuffer fetch(int row, int token, int count) {
      long place = (long) row * vocabulary + token;
      ByteBuffer room = fetched.duplicate().order(fetched.order()).limit(count * Float.BYTES);
      memory.read(values.address() + place * Float.BYTES, room);
      return room.asFloatBuffer();
    }
  }
}
