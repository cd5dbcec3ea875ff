import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.engine.Ending;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Prompts and answers. */
final class Rows {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Ordinary tokens of the tokenizer that the models share. */
  private static final int FIRST_TOKEN = 300;

  private static final int END_OF_TOKENS = 4000;

  private Rows() {}

  static List<JsonNode> read(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(Rows::parse).toList();
    }
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new IllegalStateException("a line that is no JSON object", e);
    }
  }

  static Tokens ids(JsonNode row, String field) {
    return Tokens.of(
        StreamSupport.stream(row.get(field).spliterator(), false)
            .mapToInt(JsonNode::intValue)
            .toArray());
  }

  static Tokens random(Random random, int length) {
    return Tokens.of(random.ints(length, FIRST_TOKEN, END_OF_TOKENS).toArray());
  }

  /** An answer of exactly this many tokens. */
  static GenerationRequest full(Tokens prompt, int length) {
    return GenerationRequest.greedy(prompt, length).withEnding(Ending.FULL_LENGTH);
  }

  /** Sends all rows at once and waits for their answers. */
  static List<Generation> answers(LlamaEngine engine, List<GenerationRequest> requests) {
    List<CompletableFuture<Generation>> open = requests.stream().map(engine::generate).toList();
    return open.stream().map(CompletableFuture::join).toList();
  }

  static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
