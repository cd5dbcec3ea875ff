package io.sparkllama.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.engine.EngineStats;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.LlamaException;
import io.sparkllama.runtime.MemoryNeed;
import io.sparkllama.runtime.ProcessMemory;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Times a workload. */
@Command(
    name = "bench",
    description = {
      "Answers all rows of a workload and prints how long it took, as one JSON object.",
      "",
      "A line has an \"id\", \"prompt_ids\", \"max_tokens\", \"ignore_stop\" (true: answers have"
          + " exactly max_tokens), \"temperature\" and the like as for generate, and, where labels are weighed instead of an answer written,"
          + " \"label_ids\" (list of lists of token ids)."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  spark-llama bench --model models/smollm2 --workload rows.jsonl --slots 32")
final class BenchCommand implements Callable<Integer> {

  private static final double NANOS = 1e9;

  @Mixin private EngineMixin engineOptions;

  @Option(
      names = "--workload",
      required = true,
      paramLabel = "FILE",
      description = "Rows to answer, one JSON object a line.")
  private Path workload;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    List<BenchRow> rows;
    try (BufferedReader input = FilesMixin.open(workload)) {
      rows = input.lines().map(JsonLine::parse).map(BenchRow::of).toList();
    }
    OptionalLong before = ProcessMemory.resident();
    long opening = System.nanoTime();
    try (LlamaEngine engine = engineOptions.open()) {
      long start = System.nanoTime();
      answer(rows, engine);
      long end = System.nanoTime();
      ObjectNode result = result(engine.stats(), (end - start) / NANOS);
      result.put("device", engine.device().label());
      result.put("load_seconds", (start - opening) / NANOS);
      memory(result, before, engine.memory());
      spec.commandLine().getOut().println(result);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  private static void answer(List<BenchRow> rows, LlamaEngine engine) {
    try {
      rows.stream().map(row -> row.ask(engine)).toList().forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw e.getCause() instanceof LlamaException failure ? failure : e;
    }
  }

  private ObjectNode result(EngineStats stats, double seconds) {
    ObjectNode result = JsonLine.JSON.createObjectNode();
    result.put("engine", "spark-llama");
    result.put("version", spec.root().version()[0].replace("spark-llama ", ""));
    result.put("rows", stats.requests());
    result.put("seconds", seconds);
    result.put("prompt_tokens", stats.promptTokens());
    result.put("reused_tokens", stats.reusedTokens());
    result.put("generated_tokens", stats.generatedTokens());
    result.put("prefill_seconds", stats.prefillNanos() / NANOS);
    result.put("decode_seconds", stats.decodeNanos() / NANOS);
    result.put("decode_steps", stats.decodeSteps());
    result.put("decoded_rows", stats.decodedRows());
    result.put("decoded_tokens", stats.decodedTokens());
    return result;
  }

  private static void memory(ObjectNode result, OptionalLong before, MemoryNeed need) {
    result.put("estimated_bytes", need.total());
    OptionalLong peak = ProcessMemory.peak();
    if (peak.isPresent() && before.isPresent()) {
      result.put("peak_bytes", peak.getAsLong());
      result.put("engine_bytes", peak.getAsLong() - before.getAsLong());
    }
  }
}
