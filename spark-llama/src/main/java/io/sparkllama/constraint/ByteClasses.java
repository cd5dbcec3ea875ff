package io.sparkllama.constraint;

import java.nio.ByteBuffer;
import java.util.BitSet;

/** Bytes that no part of a constraint tells apart, so that a state has few transitions. */
final class ByteClasses {

  private static final int BYTES = 256;

  private final int[] classes = new int[BYTES];
  private int count = 1;
  private boolean used;

  /** Tells some bytes from the others. */
  void split(BitSet values) {
    if (used) {
      return;
    }
    int[] inside = new int[count];
    boolean[] outside = new boolean[count];
    for (int value = 0; value < BYTES; value++) {
      if (!values.get(value)) {
        outside[classes[value]] = true;
      }
    }
    for (int value = values.nextSetBit(0); value >= 0; value = values.nextSetBit(value + 1)) {
      int old = classes[value];
      if (outside[old]) {
        inside[old] = inside[old] == 0 ? count++ : inside[old];
        classes[value] = inside[old];
      }
    }
  }

  /** Tells each of some bytes from all others. */
  void split(ByteBuffer bytes) {
    for (int i = 0; i < bytes.limit() && !used; i++) {
      BitSet one = new BitSet();
      one.set(bytes.get(i) & 0xFF);
      split(one);
    }
  }

  /** The class of a byte; from the first call on no bytes are told apart that were not before. */
  int of(int value) {
    used = true;
    return classes[value];
  }

  int count() {
    return count;
  }
}
