package io.sparkllama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STOP = 4094;

  @TempDir Path temp;

  @Test
  void countsWhatTheRowsAskFor() throws IOException {
    JsonNode golden = stopping();
    int length = golden.path("greedy_ids").size();
    String natural = row(golden).put("max_tokens", length + 5).toString();
    String full = row(golden).put("max_tokens", length + 5).put("ignore_stop", true).toString();
    ObjectNode labels = row(golden);
    labels.putArray("label_ids").addArray().add(7);
    CommandLineRun run = bench(List.of(natural, full, labels.toString()));
    assertThat(run.exitCode()).isZero();
    JsonNode result = JSON.readTree(run.out());
    assertThat(result.path("rows").intValue()).isEqualTo(3);
    assertThat(result.path("generated_tokens").intValue()).isEqualTo(length + length + 5);
    assertThat(result.path("prompt_tokens").intValue())
        .isEqualTo(3 * golden.path("prompt_ids").size());
    assertThat(result.path("seconds").doubleValue()).isPositive();
  }

  @Test
  void aRowThatCannotBeAnsweredEndsTheRun() throws IOException {
    CommandLineRun run = bench(List.of("{\"id\": 1, \"prompt_ids\": [5000], \"max_tokens\": 1}"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("Invalid token id: found 5000");
  }

  @Test
  void aFieldOfTheWrongTypeEndsTheRun() throws IOException {
    CommandLineRun run = bench(List.of("{\"prompt_ids\": [1], \"ignore_stop\": \"yes\"}"));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("Invalid ignore_stop: found a string, expected true or false.");
  }

  @Test
  void aMissingWorkloadIsNamed() {
    String missing = temp.resolve("missing.jsonl").toString();
    CommandLineRun run =
        CommandLineRun.of(
            "bench", "--model", Fixtures.genaiFp32().toString(), "--workload", missing);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("Cannot read the input " + missing);
  }

  private CommandLineRun bench(List<String> rows) throws IOException {
    Path workload = Files.write(temp.resolve("rows.jsonl"), rows);
    return CommandLineRun.of(
        "bench", "--model", Fixtures.genaiFp32().toString(), "--workload", workload.toString());
  }

  private static ObjectNode row(JsonNode golden) {
    ObjectNode row = JSON.createObjectNode().put("id", 1);
    row.set("prompt_ids", golden.path("prompt_ids"));
    return row;
  }

  /** A prompt whose answer ends at a stop id. */
  private static JsonNode stopping() {
    return Fixtures.golden("tiny-llama3/golden-fp32.jsonl").stream()
        .filter(golden -> Fixtures.ids(golden, "greedy_ids").length > 1)
        .filter(golden -> golden.path("greedy_ids").toString().endsWith("," + STOP + "]"))
        .findFirst()
        .orElseThrow();
  }
}
