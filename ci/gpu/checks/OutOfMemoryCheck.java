import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.EngineException;
import java.util.Random;
import java.util.concurrent.CompletionException;

/**
 * An engine that does not fit is refused before it loads; and where others take the GPU's memory
 * while it runs, rows are answered in smaller passes or refused, and answered again later.
 */
final class OutOfMemoryCheck implements Check {

  private static final int PROMPT = 2000;
  private static final int ANSWER = 4;
  private static final double LITTLE = 0.01;
  private static final int MANY_SLOTS = 4096;

  /** Of the models that ci/large_model.py makes. */
  private static final int LONGEST_CONTEXT = 131072;

  @Override
  public Finding run(Place place) {
    long start = System.nanoTime();
    String refusal = refusal(place);
    String opening = "refused in %.1f s: %s".formatted(Rows.seconds(start), refusal);
    boolean clear = refusal.startsWith("Cannot");
    String expected = "a refusal with numbers";
    if (!place.onGpu()) {
      return new Finding(opening, expected, clear);
    }
    String taken = taken(place);
    return new Finding(
        opening + " Memory taken in a run: " + taken,
        expected + "; a row answered or refused, and answered later",
        clear && !taken.startsWith("not"));
  }

  /** Asks for more than there is: by a small share of a GPU, else by many long slots. */
  private static String refusal(Place place) {
    EngineOptions options =
        place.onGpu()
            ? place.withMemory(LITTLE).options(PROMPT)
            : place.options(LONGEST_CONTEXT).withSlots(MANY_SLOTS);
    try (LlamaEngine engine = place.open(options)) {
      return "not refused: " + engine.memory();
    } catch (EngineException e) {
      return e.getMessage();
    }
  }

  private static String taken(Place place) {
    EngineOptions options = place.options(PROMPT + ANSWER).withPrefillChunk(PROMPT);
    try (LlamaEngine engine = place.withMemory(0.5).open(options)) {
      Random random = new Random(1);
      String during;
      try (TakenMemory others = TakenMemory.allBut(place)) {
        during =
            "%,d MiB by others, a row %s"
                .formatted(others.bytes() / Place.MEBI, ask(engine, random));
      }
      String later = ask(engine, random);
      return later.equals("answered")
          ? during + ", later answered"
          : "not answered later: " + later;
    }
  }

  private static String ask(LlamaEngine engine, Random random) {
    try {
      Generation answer = engine.generate(Rows.full(Rows.random(random, PROMPT), ANSWER)).join();
      return answer.generatedTokens() == ANSWER ? "answered" : "cut short";
    } catch (CompletionException e) {
      return "refused (%s)".formatted(e.getCause().getMessage());
    }
  }
}
