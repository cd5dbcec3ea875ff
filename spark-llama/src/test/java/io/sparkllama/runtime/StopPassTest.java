package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StopPassTest {

  private static final Tokens PROMPT = Tokens.of(IntStream.range(300, 700).toArray());

  static Path[] models() {
    return new Path[] {Fixtures.genaiFp32(), Fixtures.optimumFp32()};
  }

  @ParameterizedTest
  @MethodSource("models")
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aStoppedPassFailsAndLaterOnesRunAgain(Path model) throws InterruptedException {
    try (Decoder decoder =
        Decoders.open(ModelPackages.open(model), new DecoderOptions(2, 512, 2))) {
      int before = decoder.prefill(0, 0, PROMPT, 1).argmax(0);
      Thread stopping = new Thread(decoder::stopPass);
      stopping.start();
      assertThatThrownBy(
              () -> {
                while (true) {
                  decoder.prefill(0, 0, PROMPT, 1);
                }
              })
          .isInstanceOf(EngineException.class);
      stopping.join();
      decoder.resume();
      assertThat(decoder.prefill(0, 0, PROMPT, 1).argmax(0)).isEqualTo(before);
      decoder.interrupt();
      decoder.resume();
      assertThatThrownBy(() -> decoder.prefill(0, 0, PROMPT, 1))
          .isInstanceOf(EngineException.class);
    }
  }
}
