package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a token costs the garbage collector. */
class DecodeAllocationTest {

  private static final int ROWS = 4;
  private static final int STEPS = 100;

  // Measured: 1,324 to 1,352, all in ONNX Runtime's Java: arrays of names and handles, and a map of
  // the results. With tensors and maps made anew it was 4,412.
  private static final long MOST_BYTES_A_STEP = 2_000;

  @Test
  void aStepMakesNoTensorsAndNoMaps() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Decoder decoder =
        Decoders.open(ModelPackages.open(Fixtures.genaiFp32()), new DecoderOptions(ROWS, 512, 1))) {
      int[] tokens = new int[ROWS];
      int[] past = new int[ROWS];
      for (int row = 0; row < ROWS; row++) {
        decoder.prefill(row, 0, Tokens.of(300, 301 + row, 302), 1);
        past[row] = 3;
      }
      step(decoder, tokens, past);
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < STEPS; i++) {
        step(decoder, tokens, past);
      }
      long bytes = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(bytes / STEPS).isLessThan(MOST_BYTES_A_STEP);
    }
  }

  private static void step(Decoder decoder, int[] tokens, int[] past) {
    Logits logits = decoder.decode(ROWS, tokens, past);
    Arrays.setAll(tokens, logits::argmax);
    Arrays.setAll(past, row -> past[row] + 1);
  }
}
