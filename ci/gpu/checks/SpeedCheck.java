import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.engine.EngineStats;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Rows of a workload in a second, after as many others as there are slots. */
final class SpeedCheck implements Check {

  private static final double NANOS = 1e9;

  @Override
  public Finding run(Place place) throws Exception {
    List<JsonNode> lines = Rows.read(place.rows());
    List<GenerationRequest> requests = lines.stream().map(SpeedCheck::request).toList();
    int capacity =
        requests.stream()
            .mapToInt(one -> one.prompt().length() + one.maxTokens())
            .max()
            .orElseThrow();
    try (LlamaEngine engine = place.open(capacity)) {
      Rows.answers(engine, others(requests.get(0), place.slots()));
      EngineStats before = engine.stats();
      long start = System.nanoTime();
      List<Generation> answers = Rows.answers(engine, requests);
      return finding(place, requests, answers, Rows.seconds(start), before, engine.stats());
    }
  }

  private static GenerationRequest request(JsonNode line) {
    return Rows.full(Rows.ids(line, "prompt_ids"), line.get("max_tokens").intValue());
  }

  /** Of the same length, with other prompts: of these nothing can be used again. */
  private static List<GenerationRequest> others(GenerationRequest first, int count) {
    Random random = new Random(1);
    return Stream.generate(
            () -> Rows.full(Rows.random(random, first.prompt().length()), first.maxTokens()))
        .limit(count)
        .toList();
  }

  private static Finding finding(
      Place place,
      List<GenerationRequest> requests,
      List<Generation> answers,
      double seconds,
      EngineStats before,
      EngineStats after) {
    double speed = answers.size() / seconds;
    long generated = answers.stream().mapToLong(Generation::generatedTokens).sum();
    long asked = requests.stream().mapToLong(GenerationRequest::maxTokens).sum();
    double rowsOfAStep =
        (double) (after.decodedRows() - before.decodedRows())
            / (after.decodeSteps() - before.decodeSteps());
    return new Finding(
        "%.1f rows/s: %,d rows, %,d tokens in, %,d out, in %.1f s, of which prompts %.1f, steps %.1f; %.0f of %d slots in use"
            .formatted(
                speed,
                answers.size(),
                read(after) - read(before),
                generated,
                seconds,
                (after.prefillNanos() - before.prefillNanos()) / NANOS,
                (after.decodeNanos() - before.decodeNanos()) / NANOS,
                rowsOfAStep,
                place.slots()),
        place.expected() > 0 ? "at least %.0f rows/s".formatted(place.expected()) : "every token",
        generated == asked && speed >= place.expected());
  }

  private static long read(EngineStats stats) {
    return stats.promptTokens() - stats.reusedTokens();
  }
}
