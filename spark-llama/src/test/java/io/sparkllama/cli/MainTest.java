package io.sparkllama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MainTest {

  @Test
  void helpNamesTheCommandsAndTheExitCodes() {
    CommandLineRun run = CommandLineRun.of("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("inspect", "generate", "score", "Exit codes", "Examples");
  }

  @Test
  void aWrongCommandLineIsExitCodeTwo() {
    assertThat(CommandLineRun.of().exitCode()).isEqualTo(2);
    assertThat(CommandLineRun.of("generate").err()).contains("--model");
    assertThat(CommandLineRun.of("generate").exitCode()).isEqualTo(2);
    assertThat(CommandLineRun.of("dance").exitCode()).isEqualTo(2);
  }

  @Test
  void anErrorIsItsMessageAlone() {
    CommandLineRun run = CommandLineRun.of("inspect", "no-such-folder");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().strip())
        .isEqualTo(
            "Cannot open model no-such-folder: it is not there. "
                + "Name the folder that holds the model's files.");
  }

  @Test
  void inspectShowsATable() {
    CommandLineRun run = CommandLineRun.of("inspect", Fixtures.genaiInt4().toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsPattern("layout +onnxruntime-genai")
        .containsPattern("architecture +4 layers, 6 heads \\(2 key-value\\) of 32")
        .containsPattern("context +2048 tokens")
        .containsPattern("precision +int4")
        .containsPattern("chat style +llama3")
        .containsPattern("source +not recorded")
        .containsPattern("prompts +built-in")
        .containsPattern("stop ids +\\[4086, 4093, 4094\\]")
        .containsPattern("file +model.onnx.data +1,743,616 bytes +[0-9a-f]{64}");
  }

  @Test
  void inspectWritesJson() throws IOException {
    CommandLineRun run = CommandLineRun.of("inspect", "--json", Fixtures.optimumFp32().toString());
    JsonNode report = new ObjectMapper().readTree(run.out());
    assertThat(report.path("layout").asText()).isEqualTo("optimum");
    assertThat(report.path("precision").asText()).isEqualTo("fp32");
    assertThat(report.path("architecture").path("keyValueHeads").intValue()).isEqualTo(2);
    assertThat(report.path("files").findValuesAsText("path"))
        .containsExactly("model.onnx", "tokenizer.json");
  }

  @Test
  void aModelElsewhereNeedsTheHadoopClientOrACopy() {
    CommandLineRun run = CommandLineRun.of("inspect", "moon://models/tiny");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("Cannot reach moon://models/tiny").hasLineCount(1);
  }
}
