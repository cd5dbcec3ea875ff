import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Cancels a row, and closes the engine, at random moments of a pass that reads a long prompt, and
 * prints how long it took until the engine could go on, or was closed.
 *
 * <p>Run by ci/soak.sh cancel: {@code java -cp CLI.jar CancelTimes.java MODEL ROUNDS}
 */
public final class CancelTimes {

  private static final int TOKENS = 2000;

  public static void main(String[] args) throws InterruptedException {
    Path model = Path.of(args[0]);
    int rounds = Integer.parseInt(args[1]);
    Random random = new Random(1);
    double pass;
    double slowest = 0;
    try (LlamaEngine engine = open(model)) {
      engine.generate(GenerationRequest.greedy(Tokens.of(300), 1)).join();
      long start = System.nanoTime();
      engine.generate(prompt(random)).join();
      pass = seconds(start);
      System.out.printf("a pass of %,d tokens: %.2f s%n", TOKENS, pass);
      for (int round = 0; round < rounds; round++) {
        CompletableFuture<Generation> row = engine.generate(prompt(random));
        pause(random.nextDouble() * pass);
        start = System.nanoTime();
        row.cancel(true);
        engine.generate(GenerationRequest.greedy(Tokens.of(300), 1)).join();
        slowest = Math.max(slowest, seconds(start));
      }
      System.out.printf("cancel to the next row's answer: at most %.2f s%n", slowest);
    }
    slowest = 0;
    for (int round = 0; round < rounds; round++) {
      LlamaEngine engine = open(model);
      CompletableFuture<Generation> row = engine.generate(prompt(random));
      pause(random.nextDouble() * pass);
      long start = System.nanoTime();
      engine.close();
      slowest = Math.max(slowest, seconds(start));
      requireFailed(row);
    }
    System.out.printf("close to closed: at most %.2f s%n", slowest);
  }

  private static void requireFailed(CompletableFuture<Generation> row) {
    try {
      row.join();
      throw new IllegalStateException("a row was answered by an engine that was closed");
    } catch (CompletionException e) {
      // As it should be.
    }
  }

  private static LlamaEngine open(Path model) {
    return LlamaEngine.open(
        ModelPackages.open(model),
        EngineOptions.DEFAULTS.withSlots(1).withCapacity(2048).withPrefillChunk(2048));
  }

  private static GenerationRequest prompt(Random random) {
    return GenerationRequest.greedy(Tokens.of(random.ints(TOKENS, 300, 3000).toArray()), 1);
  }

  private static void pause(double seconds) throws InterruptedException {
    Thread.sleep((long) (seconds * 1000));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
