package io.sparkllama.constraint;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.stream.IntStream;

/** How many tokens of a vocabulary it takes to write given bytes. */
interface LiteralCosts {

  /** Where each byte is a token, as far as is known without a vocabulary. */
  LiteralCosts BYTES =
      new LiteralCosts() {
        @Override
        public int[] tokens(ByteBuffer bytes) {
          int length = bytes.limit();
          return IntStream.range(0, length).map(i -> length - i).toArray();
        }

        @Override
        public BitSet singleBytes() {
          BitSet all = new BitSet();
          all.set(0, 256);
          return all;
        }
      };

  /** For each byte how many tokens are enough from there to the end, or {@link Cost#NEVER}. */
  int[] tokens(ByteBuffer bytes);

  /** Bytes that are a token each. */
  BitSet singleBytes();
}
