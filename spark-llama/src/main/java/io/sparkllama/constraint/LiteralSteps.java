package io.sparkllama.constraint;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.stream.IntStream;

/** By which tokens of a vocabulary given bytes are written. */
interface LiteralSteps {

  /** Where each byte is a token, as far as is known without a vocabulary. */
  LiteralSteps BYTES =
      new LiteralSteps() {
        @Override
        public int[] steps(ByteBuffer bytes) {
          return IntStream.generate(() -> 1).limit(bytes.limit()).toArray();
        }

        @Override
        public BitSet singleBytes() {
          BitSet all = new BitSet();
          all.set(0, 256);
          return all;
        }
      };

  /**
   * For each byte the length of the token to write from there; 0 where none leads to the end.
   *
   * @param bytes of a text in UTF-8
   */
  int[] steps(ByteBuffer bytes);

  /** Bytes that are a token each. */
  BitSet singleBytes();
}
