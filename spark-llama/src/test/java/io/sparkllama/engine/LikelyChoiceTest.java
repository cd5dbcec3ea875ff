package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.runtime.Likeliest;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Choices among the likely tokens against choices among all. */
class LikelyChoiceTest {

  private static final int VOCABULARY = 2_000;
  private static final int TOLD = 256;
  private static final int ROUNDS = 2_000;

  /**
   * @param decided of {@value #ROUNDS} choices, so many at least have to do without the others
   */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, 0, 700",
    "0.7, 0, 1, 0, 700",
    "1.5, 0, 1, 0, 700",
    "0.7, 0, 0.9, 0, 700",
    "1, 0, 0.9, 0, 700",
    "1, 40, 1, 0, 1900",
    "1, 256, 1, 0, 1900",
    "1, 257, 1, 0, 700",
    "1, 400, 0.9, 0, 300",
    "1, 40, 0.95, 0, 1900",
    "1.3, 0, 1, 0.05, 700",
    "0.7, 200, 0.9, 0.02, 700",
    "1, 1, 1, 0, 1990"
  })
  void theLikelyTokensChooseAsAllDo(
      double temperature, int topK, double topP, double minP, int decided) {
    Sampling sampling = new Sampling(temperature, topK, topP, minP, 1, 0);
    SplittableRandom random = new SplittableRandom(7);
    int count = 0;
    for (int round = 0; round < ROUNDS; round++) {
      float[] scores = scores(random);
      double point = random.nextDouble();
      OptionalInt found = new LikelyChoice(likeliest(scores, TOLD), sampling).pick(point);
      if (found.isPresent()) {
        count++;
        assertThat(found.getAsInt()).isEqualTo(ofAll(scores, sampling, point));
      }
    }
    assertThat(count).isGreaterThanOrEqualTo(decided);
  }

  private static int ofAll(float[] scores, Sampling sampling, double point) {
    return Candidates.of(scores, sampling.temperature())
        .topK(sampling.topK())
        .topP(sampling.topP())
        .minP(sampling.minP())
        .pick(point);
  }

  /** Where all tokens weigh the same, the told ones decide nothing but what is cut to them. */
  @Test
  void equalTokensAreLeftToAllScores() {
    float[] scores = new float[VOCABULARY];
    for (double point : new double[] {0, 0.5, 0.99}) {
      assertThat(pick(scores, TOLD, new Sampling(1, 0, 0.9, 0, 1, 0), point)).isEmpty();
      assertThat(pick(scores, TOLD, new Sampling(1, 10, 1, 0, 1, 0), point)).isEmpty();
    }
    assertThat(pick(scores, TOLD, Sampling.withTemperature(1, 0), 0.99)).isEmpty();
  }

  @Test
  void allTokensDecideEverything() {
    float[] scores = new float[VOCABULARY];
    assertThat(pick(scores, VOCABULARY, Sampling.withTemperature(2, 0), 0.75)).hasValue(1_500);
  }

  private static OptionalInt pick(float[] scores, int told, Sampling sampling, double point) {
    return new LikelyChoice(likeliest(scores, told), sampling).pick(point);
  }

  /** As a model's: a few tokens stand out, and many rests are small; rounded, so that some tie. */
  private static float[] scores(SplittableRandom random) {
    float[] scores = new float[VOCABULARY];
    double spread = 1 + 3 * random.nextDouble();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.round(16 * spread * random.nextGaussian()) / 16f;
    }
    int likely = 1 + random.nextInt(20);
    for (int i = 0; i < likely; i++) {
      scores[random.nextInt(VOCABULARY)] += (float) (3 * spread + 2);
    }
    return scores;
  }

  /** In the order that a device gives equals: here the highest id first. */
  private static Likeliest likeliest(float[] scores, int told) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(
                Comparator.comparing((Integer i) -> -scores[i])
                    .thenComparing(Comparator.reverseOrder()))
            .mapToInt(Integer::intValue)
            .limit(told)
            .toArray();
    float largest = scores[order[0]];
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - largest);
    }
    float[] best = new float[told];
    for (int i = 0; i < told; i++) {
      best[i] = scores[order[i]];
    }
    return new Likeliest(
        LongBuffer.wrap(IntStream.of(order).asLongStream().toArray()),
        FloatBuffer.wrap(best),
        0,
        told,
        (float) sum,
        scores.length - told);
  }
}
