package io.sparkllama.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkllama.convert.BaseModel;
import io.sparkllama.testing.Fixtures;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses, gradients and steps against those of peft; see ci/finetune/golden.py. */
class GradientTest {

  private final GoldenFinetune golden = new GoldenFinetune();

  /** Every number of a gradient, by the largest of its matrix; with shared prefixes and without. */
  @ParameterizedTest
  @CsvSource({"0, 1200", "12, 1200", "0, 100", "12, 100", "7, 100"})
  void gradientsAreThoseOfPeft(int prefix, int passTokens) {
    run(
        (lora, manager) -> {
          TrainingStep step = step(lora, manager, prefix);
          double loss = 0;
          for (List<Question> rows : Pass.cut(questions(), prefix, passTokens)) {
            loss += step.backward(Pass.of(rows, prefix), answered());
          }
          assertThat(loss).isCloseTo(golden.numbers("losses").get(0), within(1e-4));
          assertThat(AdamW.norm(lora.named().values()))
              .isCloseTo(golden.numbers("norms").get(0), within(1e-3));
          Map<String, float[]> expected = golden.gradients();
          assertThat(lora.named().keySet()).isEqualTo(expected.keySet());
          lora.named().forEach((name, weight) -> compare(name, weight, expected.get(name)));
        });
  }

  private static void compare(String name, NDArray weight, float[] expected) {
    float[] found = weight.getGradient().toFloatArray();
    double largest =
        IntStream.range(0, expected.length).mapToDouble(i -> Math.abs(expected[i])).max().orElse(0);
    double difference =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs(expected[i] - found[i]))
            .max()
            .orElse(0);
    assertThat(difference / largest).as(name).isLessThan(1e-4);
  }

  @Test
  void stepsAreThoseOfPyTorchsAdamW() {
    run(
        (lora, manager) -> {
          TrainingStep step = step(lora, manager, 0);
          List<Double> losses = golden.numbers("losses");
          for (double expected : losses) {
            double loss =
                step.run(Pass.cut(questions(), 0, 512), golden.learningRate(), () -> false)
                    .orElseThrow()
                    .loss();
            assertThat(loss).isCloseTo(expected, within(2e-3));
          }
        });
  }

  private TrainingStep step(LoraWeights lora, NDManager manager, int prefix) {
    try (BaseModel base = BaseModel.open(Fixtures.transformers().toString())) {
      Decoder decoder =
          new Decoder(base.weights().shape(), FrozenWeights.load(base.weights(), manager), lora);
      return new TrainingStep(decoder, new AdamW(lora.named(), manager), manager, prefix);
    }
  }

  private List<Question> questions() {
    return golden.examples().stream().map(Question::about).toList();
  }

  private int answered() {
    return golden.examples().stream().mapToInt(row -> row.answer().length()).sum();
  }

  private void run(BiConsumer<LoraWeights, NDManager> test) {
    try (NDManager manager = Torch.open(1);
        BaseModel base = BaseModel.open(Fixtures.transformers().toString())) {
      LoraWeights lora = LoraWeights.create(base.weights(), golden.options(), manager);
      golden.setWeights(lora.named());
      test.accept(lora, manager);
    }
  }
}
