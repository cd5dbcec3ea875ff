import io.sparkllama.engine.Generation;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.tokenizer.Tokens;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Rows cancelled and engines closed while long prompts are read: how long the next thing waits. */
final class CancelCheck implements Check {

  private static final int ROUNDS = 10;
  private static final int PROMPT = 2000;
  private static final double MOST_SECONDS = 2;

  @Override
  public Finding run(Place place) throws InterruptedException {
    Random random = new Random(1);
    double cancelled = 0;
    double pass;
    try (LlamaEngine engine = place.open(2 * PROMPT)) {
      next(engine);
      long start = System.nanoTime();
      read(engine, random).join();
      pass = Rows.seconds(start);
      for (int round = 0; round < ROUNDS; round++) {
        CompletableFuture<Generation> row = read(engine, random);
        pause(random.nextDouble() * pass);
        start = System.nanoTime();
        row.cancel(true);
        next(engine);
        cancelled = Math.max(cancelled, Rows.seconds(start));
      }
    }
    double closed = closing(place, random, pass);
    return new Finding(
        "a prompt of %,d tokens: %.3f s; from cancelling to the next answer at most %.3f s, from closing to closed %.3f s"
            .formatted(PROMPT, pass, cancelled, closed),
        "at most %.0f s each".formatted(MOST_SECONDS),
        cancelled <= MOST_SECONDS && closed <= MOST_SECONDS);
  }

  private static double closing(Place place, Random random, double pass)
      throws InterruptedException {
    double slowest = 0;
    for (int round = 0; round < ROUNDS / 5; round++) {
      LlamaEngine engine = place.open(2 * PROMPT);
      next(engine);
      CompletableFuture<Generation> row = engine.generate(Rows.full(Tokens.of(300), PROMPT));
      pause(random.nextDouble() * pass);
      long start = System.nanoTime();
      engine.close();
      slowest = Math.max(slowest, Rows.seconds(start));
      requireFailed(row);
    }
    return slowest;
  }

  private static void requireFailed(CompletableFuture<Generation> row) {
    try {
      row.join();
      throw new IllegalStateException("a row was answered by an engine that was closed");
    } catch (CompletionException e) {
      // As it should be.
    }
  }

  private static CompletableFuture<Generation> read(LlamaEngine engine, Random random) {
    return engine.generate(Rows.full(Rows.random(random, PROMPT), 1));
  }

  private static void next(LlamaEngine engine) {
    engine.generate(Rows.full(Tokens.of(300), 1)).join();
  }

  private static void pause(double seconds) throws InterruptedException {
    Thread.sleep((long) (seconds * 1000));
  }
}
