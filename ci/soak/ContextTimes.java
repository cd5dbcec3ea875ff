import io.sparkllama.engine.Ending;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.EngineStats;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.ScoreRequest;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.ProcessMemory;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads the first tokens of one long prompt, more each time, and prints what a token costs behind
 * as many: each prompt starts from what the slot holds of the one before.
 *
 * <p>Run by ci/soak.sh context: {@code java -cp CLI.jar ContextTimes.java MODEL IDS CAPACITY
 * [TOKENS SCORES]}. IDS is a file of token ids; behind TOKENS of them the logarithm of each
 * token's probability is written to SCORES.
 */
public final class ContextTimes {

  private static final int NEW_TOKENS = 32;

  public static void main(String[] args) throws IOException {
    int[] ids = Arrays.stream(Files.readString(Path.of(args[1])).strip().split("\\s+"))
        .mapToInt(Integer::parseInt).toArray();
    int capacity = Integer.parseInt(args[2]);
    EngineOptions options = EngineOptions.DEFAULTS.withSlots(1).withCapacity(capacity);
    try (LlamaEngine engine = LlamaEngine.open(ModelPackages.open(Path.of(args[0])), options)) {
      System.out.println("| tokens | of a prompt, µs each | of an answer, ms each |");
      System.out.println("|---:|---:|---:|");
      for (int tokens = 1024; tokens < capacity; tokens *= 2) {
        time(engine, ids, tokens);
      }
      time(engine, ids, capacity);
      long heap = Runtime.getRuntime().totalMemory();
      System.out.printf(
          "stated %d MiB, peak %d MiB%n",
          engine.memory().total() + heap >> 20, ProcessMemory.peak().orElse(0) >> 20);
      if (args.length > 3) {
        Tokens prompt = Tokens.of(Arrays.copyOf(ids, Integer.parseInt(args[3])));
        write(engine, prompt, Path.of(args[4]));
      }
    }
  }

  /** The answer ends at {@code tokens}. */
  private static void time(LlamaEngine engine, int[] ids, int tokens) {
    EngineStats before = engine.stats();
    Tokens prompt = Tokens.of(Arrays.copyOf(ids, tokens - NEW_TOKENS));
    engine
        .generate(GenerationRequest.greedy(prompt, NEW_TOKENS).withEnding(Ending.FULL_LENGTH))
        .join();
    EngineStats after = engine.stats();
    long read =
        prompt.length() - (after.reusedTokens() - before.reusedTokens());
    System.out.printf(
        "| %,d | %,.0f | %.2f |%n",
        tokens,
        (after.prefillNanos() - before.prefillNanos()) / 1e3 / read,
        (after.decodeNanos() - before.decodeNanos()) / 1e6 / (NEW_TOKENS - 1));
  }

  private static void write(LlamaEngine engine, Tokens prompt, Path scores) throws IOException {
    List<Tokens> labels =
        IntStream.range(0, engine.model().architecture().vocabularySize())
            .mapToObj(Tokens::of)
            .toList();
    Files.write(
        scores,
        engine.score(new ScoreRequest(prompt, labels)).join().logProbabilities().stream()
            .map(String::valueOf)
            .toList());
  }
}
