package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.tokenizer.Tokens;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When labels of several prompts are read in steps, and not each in a pass. */
class LabelStepsTest {

  @ParameterizedTest
  @CsvSource({
    // Ten labels of three tokens: 20 steps for all, or ten passes for each.
    "4, 10, 3, true",
    "3, 10, 3, false",
    // A step reads the last token but one of two, a pass all of fifty.
    "2, 3, 2, true",
    "20, 3, 50, false",
    // Nothing is to be read.
    "2, 3, 1, true",
  })
  void stepsGainWhereTheyAreFewerThanHalfThePasses(
      int prompts, int labels, int tokens, boolean gain) {
    List<Tokens> each = Collections.nCopies(labels, Tokens.of(new int[tokens]));
    ScoreRequest request = new ScoreRequest(Tokens.of(1, 2), each);
    List<LabelRest> rests =
        IntStream.range(0, prompts)
            .mapToObj(
                i ->
                    new LabelRest(
                        new Job.Score(request, new CompletableFuture<>()),
                        new Slot(i, 8, Slot.Keeps.PROMPTS),
                        new double[labels]))
            .toList();
    assertThat(LabelSteps.gain(rests)).isEqualTo(gain);
  }
}
