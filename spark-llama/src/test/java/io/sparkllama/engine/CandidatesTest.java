package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CandidatesTest {

  /** Probabilities 0.1, 0.4, 0.2, 0.3 as logits. */
  private static final float[] SCORES = {log(0.1), log(0.4), log(0.2), log(0.3)};

  @Test
  void picksByCumulativeProbabilityMostLikelyFirst() {
    Candidates candidates = Candidates.of(SCORES, 1);
    assertThat(candidates.pick(0)).isEqualTo(1);
    assertThat(candidates.pick(0.39)).isEqualTo(1);
    assertThat(candidates.pick(0.41)).isEqualTo(3);
    assertThat(candidates.pick(0.69)).isEqualTo(3);
    assertThat(candidates.pick(0.71)).isEqualTo(2);
    assertThat(candidates.pick(0.91)).isZero();
  }

  @Test
  void topKRenormalizesWhatItKeeps() {
    Candidates candidates = Candidates.of(SCORES, 1).topK(2);
    assertThat(candidates.pick(0.57)).isEqualTo(1);
    assertThat(candidates.pick(0.58)).isEqualTo(3);
    assertThat(candidates.pick(0.999)).isEqualTo(3);
  }

  @Test
  void topPKeepsTheSmallestSetThatReachesIt() {
    assertThat(reachable(Candidates.of(SCORES, 1).topP(0.65))).containsExactly(1, 3);
    assertThat(reachable(Candidates.of(SCORES, 1).topP(0.75))).containsExactly(1, 2, 3);
    assertThat(reachable(Candidates.of(SCORES, 1).topP(1))).containsExactly(0, 1, 2, 3);
  }

  @Test
  void minPDropsTokensBelowAShareOfTheBest() {
    assertThat(reachable(Candidates.of(SCORES, 1).minP(0.6))).containsExactly(1, 3);
  }

  @Test
  void lowTemperatureSharpensAndHighTemperatureFlattens() {
    assertThat(reachable(Candidates.of(SCORES, 0.01))).containsExactly(1);
    // At temperature 2 the best weighs sqrt(.4) of sqrt(.1) + sqrt(.4) + sqrt(.2) + sqrt(.3).
    Candidates flat = Candidates.of(SCORES, 2);
    assertThat(flat.pick(0.324)).isEqualTo(1);
    assertThat(flat.pick(0.326)).isEqualTo(3);
  }

  @Test
  void ordersNegativeScoresAndTiesByIdAscending() {
    Candidates candidates = Candidates.of(new float[] {-3, -1, -1, -2}, 1);
    assertThat(candidates.topK(1).pick(0.99)).isEqualTo(1);
    assertThat(candidates.topK(2).pick(0.99)).isEqualTo(2);
    assertThat(candidates.topK(3).pick(0.99)).isEqualTo(3);
  }

  private static int[] reachable(Candidates candidates) {
    return IntStream.range(0, 1000)
        .map(i -> candidates.pick(i / 1000.0))
        .distinct()
        .sorted()
        .toArray();
  }

  private static float log(double probability) {
    return (float) Math.log(probability);
  }
}
