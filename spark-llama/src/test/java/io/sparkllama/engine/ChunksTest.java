package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunksTest {

  @Test
  void passesCoverAPromptAndNoneIsOneLongerThanBlocks() {
    for (int most : new int[] {16, 63, 64, 65, 512}) {
      Chunks chunks = new Chunks(most);
      for (int length = 2; length < 1300; length++) {
        int from = Chunks.start(length % 7 == 0 ? 0 : (length * 31) % length, length);
        assertThat(from).isLessThan(length);
        while (from < length) {
          int end = chunks.end(from, length);
          assertThat(end).isGreaterThan(from).isLessThanOrEqualTo(length);
          assertThat((end - from) % 16).as("%d to %d of %d", from, end, length).isNotEqualTo(1);
          assertThat(end - from).isLessThanOrEqualTo(most);
          from = end;
        }
      }
    }
  }

  @Test
  void readsATokenThatIsAlone() {
    assertThat(Chunks.start(0, 1)).isZero();
    assertThat(new Chunks(512).end(0, 1)).isEqualTo(1);
  }

  @Test
  void keepsAllButAFewOfTheTokensThatAreThere() {
    IntStream.range(1, 200)
        .forEach(
            held -> assertThat(Chunks.start(held, 200)).isBetween(Math.max(0, held - 2), held));
  }
}
