import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Rows of all lengths, some with a common start, some cancelled, for as long as there is time: each
 * is answered, and memory stays what it was after the first tenth.
 */
final class SoakCheck implements Check {

  private static final int LONGEST_PROMPT = 1024;
  private static final int LONGEST_ANSWER = 128;
  private static final int CANCELLED_OF = 50;
  private static final int COMMON_START_OF = 5;

  private final Random random = new Random(1);
  private final Queue<CompletableFuture<Generation>> open = new ArrayDeque<>();
  private final Queue<Integer> lengths = new ArrayDeque<>();
  private long answered;
  private long cancelled;
  private long wrong;

  @Override
  public Finding run(Place place) {
    long start = System.nanoTime();
    long first = 0;
    long most = 0;
    long tokens;
    try (LlamaEngine engine = place.open(LONGEST_PROMPT + LONGEST_ANSWER)) {
      double time = 0;
      while (time < place.seconds()) {
        while (open.size() < 2 * place.slots()) {
          ask(engine);
        }
        for (int i = 0; i < place.slots(); i++) {
          take();
        }
        long used = place.usedMemory();
        time = Rows.seconds(start);
        first = time < 0.1 * place.seconds() || first == 0 ? Math.max(first, used) : first;
        most = Math.max(most, used);
      }
      while (!open.isEmpty()) {
        take();
      }
      tokens = engine.stats().promptTokens() + engine.stats().generatedTokens();
    }
    return finding(place, Rows.seconds(start), tokens, first, most);
  }

  private Finding finding(Place place, double seconds, long tokens, long first, long most) {
    // A GPU's memory is the engine's alone; a process has Java's beside it.
    int percent = place.onGpu() ? 1 : 5;
    return new Finding(
        "%,d rows of %,d tokens in %.0f s, %,d cancelled, %,d wrong; memory %,d MiB after the first tenth, at most %,d"
            .formatted(
                answered, tokens, seconds, cancelled, wrong, first / Place.MEBI, most / Place.MEBI),
        "none wrong, memory at most %d %% more".formatted(percent),
        wrong == 0 && answered > 0 && most * 100 <= first * (100 + percent));
  }

  private void ask(LlamaEngine engine) {
    boolean common = random.nextInt(COMMON_START_OF) == 0;
    int length = 1 + random.nextInt(LONGEST_PROMPT);
    int answer = 1 + random.nextInt(LONGEST_ANSWER);
    GenerationRequest request =
        Rows.full(Rows.random(common ? new Random(2) : random, length), answer);
    CompletableFuture<Generation> row = engine.generate(request);
    if (random.nextInt(CANCELLED_OF) == 0) {
      row.cancel(true);
    }
    open.add(row);
    lengths.add(answer);
  }

  /** Waits for the oldest row. */
  private void take() {
    CompletableFuture<Generation> row = open.remove();
    int length = lengths.remove();
    if (row.isCancelled()) {
      cancelled++;
    } else if (row.exceptionally(failure -> null).join() == null
        || row.join().generatedTokens() != length) {
      wrong++;
    } else {
      answered++;
    }
  }
}
