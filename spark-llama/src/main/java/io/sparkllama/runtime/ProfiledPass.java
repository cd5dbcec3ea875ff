package io.sparkllama.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.errors.EngineException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A pass of which it is told where its time goes, in the graph as the engine runs it.
 *
 * @param rows slots that it reads, at least 1
 * @param tokens of each row, at least 1; with 1 it is a step of decoding
 * @param past tokens that stand before them in each slot
 */
public record ProfiledPass(int rows, int tokens, int past) {

  private static final int TIMES = 6;
  private static final int TOKEN = 100;

  /**
   * What operators take, with the profiler's own time in it.
   *
   * @param microseconds of one pass, by operator
   * @param nodes operators that a pass starts
   */
  public record Times(Map<String, Double> microseconds, long nodes) {

    public double total() {
      return microseconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  /**
   * Runs the pass some times and gives the mean.
   *
   * @param threads native threads
   */
  public Times measure(ModelPackage source, int threads) {
    int longest = rows * Math.max(tokens, past);
    DecoderOptions options =
        new DecoderOptions(rows, past + tokens, threads, longest, Attention.OWN);
    ServingGraph graph = ServingGraph.read(source, options);
    try {
      Path folder = Files.createTempDirectory("spark-llama-profile");
      try {
        return times(notes(source, options, graph, folder));
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new EngineException(
          "Cannot keep the profile of a pass: "
              + e.getMessage()
              + ". Leave room in java.io.tmpdir.",
          e);
    }
  }

  private JsonNode notes(
      ModelPackage source, DecoderOptions options, ServingGraph graph, Path folder)
      throws IOException {
    ModelSession session =
        ModelSession.openProfiled(
            source.graph().getParent(), graph, options.threads(), folder.resolve("pass"));
    try (Decoder decoder = Decoders.open(source, options, graph, session)) {
      if (past > 0) {
        read(decoder, 0, past);
      }
      for (int i = 0; i < TIMES; i++) {
        run(decoder);
      }
      return new ObjectMapper().readTree(session.notes().toFile());
    }
  }

  private void run(Decoder decoder) {
    if (tokens > 1) {
      read(decoder, past, tokens);
    } else {
      int[] lengths = new int[rows];
      Arrays.fill(lengths, past);
      int[] ids = new int[rows];
      Arrays.fill(ids, TOKEN);
      decoder.decode(rows, ids, lengths);
    }
  }

  private void read(Decoder decoder, int before, int count) {
    Tokens ids = Tokens.of(IntStream.generate(() -> TOKEN).limit(count).toArray());
    List<Reading> readings =
        IntStream.range(0, rows)
            .mapToObj(row -> new Reading(row, before, ids, 1, List.of()))
            .toList();
    decoder
        .packed()
        .ifPresentOrElse(
            packed -> packed.read(readings),
            () -> readings.forEach(one -> decoder.prefill(one.slot(), before, ids, 1)));
  }

  /** Of the last passes; the first ones fill the slots and the processor's caches. */
  private Times times(JsonNode notes) {
    List<JsonNode> runs =
        events(notes).filter(event -> event.path("name").asText().equals("model_run")).toList();
    int runsOfPass = tokens > 1 && runs.size() > 2 * TIMES ? rows : 1;
    int passes = TIMES - 1;
    long from = runs.get(runs.size() - passes * runsOfPass).path("ts").asLong();
    Map<String, Double> times = new TreeMap<>();
    List<JsonNode> nodes =
        events(notes)
            .filter(event -> event.path("name").asText().endsWith("_kernel_time"))
            .filter(event -> event.path("ts").asLong() >= from)
            .toList();
    for (JsonNode node : nodes) {
      double share = node.path("dur").asDouble() / passes;
      times.merge(node.path("args").path("op_name").asText(), share, Double::sum);
    }
    return new Times(times, nodes.size() / passes);
  }

  private static Stream<JsonNode> events(JsonNode notes) {
    return IntStream.range(0, notes.size())
        .mapToObj(notes::get)
        .sorted(Comparator.comparingLong(event -> event.path("ts").asLong()));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
