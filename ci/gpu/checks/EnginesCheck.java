import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Two engines share a device and answer at the same time, then one of them closes. */
final class EnginesCheck implements Check {

  @Override
  public Finding run(Place place) throws IOException {
    List<JsonNode> golden = Rows.read(place.rows());
    List<GenerationRequest> requests = GoldenCheck.requests(golden);
    long before = place.usedMemory();
    // The second one's share is of what the first has left.
    try (LlamaEngine first = GoldenCheck.open(place.withMemory(0.4))) {
      List<List<Double>> gaps;
      long both;
      try (LlamaEngine second = GoldenCheck.open(place.withMemory(0.5))) {
        gaps = together(List.of(first, second), golden, requests);
        both = place.usedMemory() - before;
      }
      long left = place.usedMemory() - before;
      List<Double> alone = GoldenCheck.gapsOfOthers(golden, Rows.answers(first, requests));
      return new Finding(
          "%d and %d of %d answers equal, %d after the second was closed; %,d MiB of both, %,d then"
              .formatted(
                  golden.size() - gaps.get(0).size(),
                  golden.size() - gaps.get(1).size(),
                  golden.size(),
                  golden.size() - alone.size(),
                  both / Place.MEBI,
                  left / Place.MEBI),
          "answers as golden; memory given back",
          GoldenCheck.allClose(alone, place)
              && gaps.stream().allMatch(one -> GoldenCheck.allClose(one, place))
              && (left < both || !place.onGpu()));
    }
  }

  private static List<List<Double>> together(
      List<LlamaEngine> engines, List<JsonNode> golden, List<GenerationRequest> requests) {
    List<CompletableFuture<List<Generation>>> open =
        Stream.of(0, 1)
            .map(i -> CompletableFuture.supplyAsync(() -> Rows.answers(engines.get(i), requests)))
            .toList();
    return open.stream().map(one -> GoldenCheck.gapsOfOthers(golden, one.join())).toList();
  }
}
