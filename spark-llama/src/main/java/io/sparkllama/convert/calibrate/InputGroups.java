package io.sparkllama.convert.calibrate;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/** How the inputs of a product are cut into groups whose correlations are looked at. */
public final class InputGroups {

  /** Work and memory grow with the group; correlations beyond this add little. */
  private static final int PREFERRED = 320;

  private static final int MOST = 1024;

  private InputGroups() {}

  /**
   * @param columns inputs of a product
   * @param block values of a block of the weight, which lies in one group
   * @return the size of the groups, a divisor of the columns; empty where none fits
   */
  public static OptionalInt size(int columns, int block) {
    OptionalInt divisor =
        IntStream.rangeClosed(1, PREFERRED / block)
            .map(blocks -> blocks * block)
            .filter(size -> columns % size == 0)
            .max();
    return divisor.isPresent() || columns > MOST ? divisor : OptionalInt.of(columns);
  }
}
