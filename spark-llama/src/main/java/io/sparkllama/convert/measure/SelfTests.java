package io.sparkllama.convert.measure;

import io.sparkllama.model.Manifest.SelfTest;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.DecoderOptions;
import io.sparkllama.runtime.Decoders;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Records the logits of a few prompts, and compares a package with what was recorded. */
public final class SelfTests {

  private static final int PROMPTS = 4;
  private static final int PROMPT_TOKENS = 32;
  private static final int LIKELIEST = 8;

  private SelfTests() {}

  /**
   * Runs a package.
   *
   * @param windows texts of which the first few are taken
   */
  public static List<SelfTest> record(ModelPackage model, List<Tokens> windows, int threads) {
    try (Decoder decoder = open(model, PROMPT_TOKENS, threads)) {
      List<SelfTest> tests = new ArrayList<>();
      for (Tokens window : windows.subList(0, Math.min(PROMPTS, windows.size()))) {
        Tokens prompt = window.slice(0, Math.min(PROMPT_TOKENS, window.length()));
        float[] logits = decoder.prefill(0, 0, prompt, 1).copyOfRow(0);
        List<Integer> likeliest = likeliest(logits);
        tests.add(
            new SelfTest(
                prompt.stream().boxed().toList(),
                likeliest,
                likeliest.stream().map(token -> (double) logits[token]).toList()));
      }
      return tests;
    }
  }

  /** The largest difference between a recorded logit and the one that the package gives now. */
  public static double largestDifference(ModelPackage model, List<SelfTest> tests, int threads) {
    int longest = tests.stream().mapToInt(test -> test.prompt().size()).max().orElseThrow();
    try (Decoder decoder = open(model, longest, threads)) {
      double largest = 0;
      for (SelfTest test : tests) {
        Tokens prompt = Tokens.of(test.prompt().stream().mapToInt(Integer::intValue).toArray());
        float[] logits = decoder.prefill(0, 0, prompt, 1).copyOfRow(0);
        for (int i = 0; i < test.tokens().size(); i++) {
          double difference = Math.abs(logits[test.tokens().get(i)] - test.logits().get(i));
          largest = Math.max(largest, difference);
        }
      }
      return largest;
    }
  }

  private static Decoder open(ModelPackage model, int capacity, int threads) {
    return Decoders.open(model, new DecoderOptions(1, Math.max(2, capacity), threads));
  }

  private static List<Integer> likeliest(float[] logits) {
    return IntStream.range(0, logits.length)
        .boxed()
        .sorted(Comparator.comparingDouble(token -> -logits[token]))
        .limit(LIKELIEST)
        .toList();
  }
}
