import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Greedy ids against those that transformers gives in fp32: of prompts that take several passes, and
 * of prompts that are read side by side. Where the two likeliest tokens were as close as numbers of
 * 16 bits are rounded, another id is no error.
 */
final class GoldenCheck implements Check {

  private static final int CAPACITY = 1200;

  @Override
  public Finding run(Place place) throws IOException {
    List<JsonNode> golden = Rows.read(place.rows());
    List<Double> inParts;
    try (LlamaEngine engine = open(place)) {
      inParts = gapsOfOthers(golden, Rows.answers(engine, requests(golden)));
    }
    List<Double> together;
    try (LlamaEngine engine = place.open(CAPACITY)) {
      together = gapsOfOthers(golden, Rows.answers(engine, requests(golden)));
    }
    return new Finding(
        "prompts in parts: %s; side by side: %s"
            .formatted(told(golden, inParts), told(golden, together)),
        "the same ids wherever the likeliest two are %.2f apart".formatted(place.close()),
        allClose(inParts, place) && allClose(together, place));
  }

  private static String told(List<JsonNode> golden, List<Double> gaps) {
    return "%d of %d answers equal%s"
        .formatted(
            golden.size() - gaps.size(),
            golden.size(),
            gaps.isEmpty() ? "" : ", least distances of two logits in the others " + gaps);
  }

  /** With prompts that take several passes. */
  static LlamaEngine open(Place place) {
    return place.open(place.options(CAPACITY).withPrefillChunk(64));
  }

  static List<GenerationRequest> requests(List<JsonNode> golden) {
    return golden.stream()
        .map(
            row ->
                GenerationRequest.greedy(Rows.ids(row, "prompt_ids"), row.get("greedy_ids").size()))
        .toList();
  }

  /** How close the likeliest two logits come in the answers with other ids, the closest first. */
  static List<Double> gapsOfOthers(List<JsonNode> golden, List<Generation> answers) {
    return IntStream.range(0, golden.size())
        .filter(i -> !answers.get(i).tokens().equals(Rows.ids(golden.get(i), "greedy_ids")))
        .mapToObj(i -> golden.get(i).get("min_top2_gap").asDouble())
        .sorted()
        .toList();
  }

  static boolean allClose(List<Double> gaps, Place place) {
    return gaps.stream().allMatch(gap -> gap < place.close());
  }
}
