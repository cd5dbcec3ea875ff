import io.sparkllama.engine.EngineStats;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** Rows in all slots of an engine that decode and do nothing else. */
final class DecodingRows implements AutoCloseable {

  private static final int PROMPT = 64;
  private static final int ANSWER = 960;

  /** Tokens that a row takes. */
  static final int LENGTH = PROMPT + ANSWER;

  private final LlamaEngine engine;
  private final List<CompletableFuture<Generation>> rows;

  private DecodingRows(LlamaEngine engine, List<CompletableFuture<Generation>> rows) {
    this.engine = engine;
    this.rows = rows;
  }

  /** Sends as many rows as there are slots, and waits until the prompt of the last one is read. */
  static DecodingRows start(LlamaEngine engine, Place place) throws InterruptedException {
    Random random = new Random(1);
    CountDownLatch decoding = new CountDownLatch(place.slots());
    List<CompletableFuture<Generation>> rows =
        IntStream.range(0, place.slots())
            .mapToObj(row -> ask(engine, place, random, decoding))
            .toList();
    decoding.await();
    return new DecodingRows(engine, rows);
  }

  /** Counts down with the second token, when the row's prompt has been read. */
  private static CompletableFuture<Generation> ask(
      LlamaEngine engine, Place place, Random random, CountDownLatch decoding) {
    int[] told = new int[1];
    GenerationRequest plain = Rows.full(Rows.random(random, PROMPT), ANSWER);
    GenerationRequest request =
        place.adapter().isEmpty()
            ? plain
            : plain.withAdapter(engine.model().adapter(place.adapter()));
    return engine.generate(
        request,
        token -> {
          told[0]++;
          if (told[0] == 2) {
            decoding.countDown();
          }
        });
  }

  /** Waits until some more steps have been made. */
  void await(int steps) throws InterruptedException {
    EngineStats first = engine.stats();
    while (engine.stats().decodeSteps() < first.decodeSteps() + steps) {
      Thread.sleep(5);
    }
  }

  /** Whether none has come to its end. */
  boolean all() {
    return rows.stream().noneMatch(CompletableFuture::isDone);
  }

  @Override
  public void close() {
    rows.forEach(row -> row.cancel(true));
  }
}
