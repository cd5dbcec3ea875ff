package io.sparkllama.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LineCommandsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  @Test
  void generateGivesTheGoldenAnswersInTheOrderOfTheInput() throws IOException {
    List<JsonNode> golden = Fixtures.golden("tiny-llama3/golden-fp32.jsonl");
    List<String> input = new ArrayList<>();
    for (int i = 0; i < golden.size(); i++) {
      input.add(goldenLine(golden.get(i), "messages").put("id", i).toString());
      input.add(goldenLine(golden.get(i), "prompt_ids").put("id", "ids-" + i).toString());
    }
    List<JsonNode> output = generate(input, "--slots", "3", "--prefill-chunk", "64");
    assertThat(output).hasSize(44);
    for (int i = 0; i < output.size(); i++) {
      JsonNode expected = golden.get(i / 2);
      JsonNode line = output.get(i);
      int[] ids = Fixtures.ids(expected, "greedy_ids");
      boolean stopped = ids[ids.length - 1] == 4094;
      assertThat(line.path("id").asText()).isEqualTo(i % 2 == 0 ? "" + i / 2 : "ids-" + i / 2);
      assertThat(Fixtures.ids(line, "token_ids")).isEqualTo(ids);
      assertThat(line.path("text")).isEqualTo(expected.path("greedy_text"));
      assertThat(line.path("finish_reason").asText()).isEqualTo(stopped ? "stop" : "length");
      assertThat(line.path("prompt_tokens").intValue())
          .isEqualTo(expected.path("prompt_ids").size());
      assertThat(line.path("generated_tokens").intValue()).isEqualTo(ids.length);
      assertThat(line.path("error").isNull()).isTrue();
    }
  }

  @Test
  void badLinesGiveErrorLinesAndDisturbNoOther() throws IOException {
    String good = "{\"id\": \"good\", \"prompt\": \"the sound\", \"max_tokens\": 4}";
    List<String> bad =
        List.of(
            "no json",
            "[1]",
            "{\"id\": 1} trailing",
            "{\"prompt\": \"the sound\"}",
            "{\"id\": 2}",
            "{\"id\": 3, \"prompt\": \"a\", \"prompt_ids\": [1]}",
            "{\"id\": 4, \"prompt\": 7}",
            "{\"id\": 5, \"prompt_ids\": []}",
            "{\"id\": 6, \"prompt_ids\": [1.5]}",
            "{\"id\": 7, \"prompt_ids\": [4096]}",
            "{\"id\": 8, \"messages\": [{\"role\": \"robot\", \"content\": \"a\"}]}",
            "{\"id\": 9, \"messages\": []}",
            "{\"id\": 10, \"messages\": [{\"role\": \"user\"}]}",
            "{\"id\": 11, \"prompt\": \"a\", \"max_tokens\": 0}",
            "{\"id\": 12, \"prompt\": \"a\", \"temperature\": \"hot\"}",
            "{\"id\": 13, \"prompt\": \"a\", \"top_p\": 2}",
            "{\"id\": 14, \"prompt\": \"a\", \"stop\": [1]}",
            "{\"id\": 15, \"prompt\": \"a\", \"stop\": \"\"}",
            "{\"id\": 16, \"prompt\": \"" + "word ".repeat(200) + "\"}");
    List<String> input = new ArrayList<>(List.of(good));
    bad.forEach(line -> input.addAll(List.of(line, good)));
    List<JsonNode> output = generate(input, "--slots", "2", "--capacity", "64");
    assertThat(output).hasSize(input.size());
    for (int i = 0; i < output.size(); i++) {
      JsonNode line = output.get(i);
      if (i % 2 == 0) {
        assertThat(line).isEqualTo(output.get(0));
        assertThat(line.path("generated_tokens").intValue()).isEqualTo(4);
      } else {
        assertThat(line.path("finish_reason").asText()).isEqualTo("error");
        assertThat(line.path("error").asText()).matches("(Cannot|Invalid).*\\.");
        assertThat(line.path("error").asText()).doesNotContain("sound", "robot", "hot", "word");
        assertThat(line.path("token_ids")).isEmpty();
      }
    }
    assertThat(output.get(1).path("id").isNull()).isTrue();
    assertThat(output.get(9).path("id").intValue()).isEqualTo(2);
  }

  @Test
  void aRawPromptIsOpenedByBosAndBlankLinesAreSkipped() throws IOException {
    List<JsonNode> output =
        generate(
            List.of(
                "{\"id\": 1, \"prompt\": \"\", \"max_tokens\": 2}",
                "  ",
                "{\"id\": 2, \"prompt_ids\": [4085], \"max_tokens\": 2, \"other\": true}"));
    assertThat(output).hasSize(2);
    assertThat(output.get(0).path("prompt_tokens").intValue()).isEqualTo(1);
    assertThat(output.get(0).path("token_ids")).isEqualTo(output.get(1).path("token_ids"));
  }

  @Test
  void stopStringsAndSeedsAreObeyed() throws IOException {
    String warm = "\"prompt\": \"the sound\", \"max_tokens\": 12, \"temperature\": 2.0";
    List<JsonNode> output =
        generate(
            List.of(
                "{\"id\": 1, %s, \"seed\": 1}".formatted(warm),
                "{\"id\": 2, %s, \"seed\": 2}".formatted(warm),
                "{\"id\": 3, %s, \"seed\": 1}".formatted(warm),
                "{\"id\": 4, \"prompt\": \"the sound\", \"stop\": [\"e\", \"a\"]}"));
    assertThat(output.get(0).path("token_ids")).isEqualTo(output.get(2).path("token_ids"));
    assertThat(output.get(0).path("token_ids")).isNotEqualTo(output.get(1).path("token_ids"));
    assertThat(output.get(3).path("text").asText()).doesNotContain("e", "a");
    assertThat(output.get(3).path("finish_reason").asText()).isEqualTo("stop");
  }

  @Test
  void answersAreWithinTheConstraintOfTheirLineOrOfAll() throws IOException {
    String schema =
        "{\"type\": \"object\", \"properties\": {\"mood\": {\"enum\": [\"good\", \"bad\"]}},"
            + " \"required\": [\"mood\"]}";
    Path file = Files.writeString(temp.resolve("schema.json"), schema);
    String prompt = ", \"prompt\": \"the sound\", \"temperature\": 2";
    List<String> input =
        List.of(
            "{\"id\": 0" + prompt + "}",
            "{\"id\": 1" + prompt + ", \"choices\": [\"left\", \"right\"]}",
            "{\"id\": 2" + prompt + ", \"regex\": \"\\\\d{3}\"}",
            "{\"id\": 3" + prompt + ", \"schema\": {\"type\": \"boolean\"}}",
            "{\"id\": 4" + prompt + ", \"schema\": {\"type\": \"boolean\"}, \"regex\": \"a\"}",
            "{\"id\": 5" + prompt + ", \"schema\": {\"type\": \"text\"}}",
            "{\"id\": 6" + prompt + ", \"max_tokens\": 1}");
    List<String> texts =
        generate(input, "--schema", file.toString()).stream()
            .map(line -> line.path(line.hasNonNull("error") ? "error" : "text").asText())
            .toList();
    assertThat(texts.get(0)).isIn("{\"mood\":\"good\"}", "{\"mood\":\"bad\"}");
    assertThat(texts.get(1)).isIn("left", "right");
    assertThat(texts.get(2)).matches("\\d{3}");
    assertThat(texts.get(3)).isIn("true", "false");
    assertThat(texts.get(4)).startsWith("Invalid line: found schema and regex, expected one");
    assertThat(texts.get(5)).startsWith("Invalid JSON schema at $: found an unknown type");
    assertThat(texts.get(6)).startsWith("Cannot answer within the constraint: found room for 1 ");
    JsonNode chosen = generate(input.subList(6, 7), "--choice", "a", "--choice", "b").get(0);
    assertThat(chosen.path("text").asText()).isIn("a", "b");
  }

  @Test
  void textThatIsNotValidIsAnsweredAll() throws IOException {
    Path input = temp.resolve("input.jsonl");
    byte[] broken = "{\"id\": 1, \"prompt\": \"a?b\", \"max_tokens\": 2}\n".getBytes(UTF_8);
    broken[22] = (byte) 0xFF;
    Files.write(input, broken);
    Files.writeString(
        input,
        "{\"id\": 2, \"prompt\": \"a\\ud83db\", \"max_tokens\": 2}\n",
        StandardOpenOption.APPEND);
    Path output = temp.resolve("output.jsonl");
    assertThat(run("generate", input, output).exitCode()).isZero();
    List<JsonNode> lines = CommandLineRun.lines(output);
    assertThat(lines).allMatch(line -> line.path("error").isNull()).hasSize(2);
    assertThat(lines.get(0).path("token_ids")).isEqualTo(lines.get(1).path("token_ids"));
  }

  @Test
  void scoreGivesTheGoldenLabelProbabilities() throws IOException {
    List<JsonNode> golden =
        Fixtures.golden("tiny-llama3/golden-fp32.jsonl").stream()
            .filter(line -> line.hasNonNull("label_logprobs"))
            .toList();
    assertThat(golden).isNotEmpty();
    List<String> input = new ArrayList<>();
    for (JsonNode line : golden) {
      ObjectNode row = JSON.createObjectNode().put("id", "row " + input.size());
      row.set("messages", line.path("messages"));
      line.path("label_logprobs").fieldNames().forEachRemaining(row.withArray("labels")::add);
      input.add(row.toString());
    }
    input.add("{\"id\": 99, \"prompt\": \"a\", \"labels\": []}");
    Path output = temp.resolve("output.jsonl");
    CommandLineRun run = run("score", write(input), output, "--slots", "4");
    assertThat(run.exitCode()).isZero();
    List<JsonNode> lines = CommandLineRun.lines(output);
    for (int i = 0; i < golden.size(); i++) {
      JsonNode expected = golden.get(i).path("label_logprobs");
      JsonNode line = lines.get(i);
      assertThat(line.path("id").asText()).isEqualTo("row " + i);
      assertThat(line.path("log_probs").size()).isEqualTo(expected.size());
      expected
          .properties()
          .forEach(
              label -> {
                double found = line.path("log_probs").path(label.getKey()).doubleValue();
                assertThat(found).isCloseTo(label.getValue().doubleValue(), within(1e-3));
                double best =
                    line.path("log_probs").path(line.path("label").asText()).doubleValue();
                assertThat(best).isGreaterThanOrEqualTo(found);
              });
    }
    JsonNode last = lines.get(golden.size());
    assertThat(last.path("id").intValue()).isEqualTo(99);
    assertThat(last.path("error").asText()).startsWith("Invalid labels");
  }

  @Test
  void aFailedRunLeavesNoOutputBehind() throws IOException {
    Path output = temp.resolve("output.jsonl");
    CommandLineRun run = run("generate", temp.resolve("nowhere.jsonl"), output);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("Cannot read the input").hasLineCount(1);
    assertThat(temp).isEmptyDirectory();
  }

  private static ObjectNode goldenLine(JsonNode golden, String prompt) {
    ObjectNode line = JSON.createObjectNode();
    line.set(prompt, golden.path(prompt));
    return line.put("max_tokens", golden.path("greedy_ids").size());
  }

  private List<JsonNode> generate(List<String> input, String... options) throws IOException {
    Path output = temp.resolve("output.jsonl");
    CommandLineRun run = run("generate", write(input), output, options);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    return CommandLineRun.lines(output);
  }

  private Path write(List<String> lines) throws IOException {
    return Files.write(temp.resolve("input.jsonl"), lines);
  }

  private static CommandLineRun run(String command, Path input, Path output, String... options) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of(command, "--model", Fixtures.genaiFp32().toString()));
    args.addAll(List.of("--input", input.toString(), "--output", output.toString()));
    args.addAll(List.of(options));
    return CommandLineRun.of(args.toArray(String[]::new));
  }
}
