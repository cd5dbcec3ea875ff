package io.sparkllama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  /** Four layers with 2 key-value heads of 32: 2 KiB a token, so 64 MiB for 16 slots of 2,048. */
  @Test
  void inspectTellsHowWeightsAreStoredAndWhatMemoryTheyNeed() {
    CommandLineRun run = CommandLineRun.of("inspect", Fixtures.genaiInt4().toString());
    assertThat(run.out())
        .containsPattern("weights +int4 in blocks of 32: \\d+ tensors")
        .containsPattern("memory +\\d+ MiB: weights 2, 16 slots of 2,048 tokens 64, workspace \\d+")
        .containsPattern("adapters +none");
    CommandLineRun less =
        CommandLineRun.of(
            "inspect", "--slots=2", "--capacity=512", Fixtures.genaiInt4().toString());
    assertThat(less.out()).containsPattern("2 slots of 512 tokens 2");
  }

  /** Without a manifest, keys of 16 bits tell that a package is for GPUs: 1 KiB a token here. */
  @Test
  void inspectTellsWhatAnExportForCudaNeedsOfAGpu() {
    CommandLineRun run = CommandLineRun.of("inspect", Fixtures.genaiCudaInt4().toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .containsPattern("layout +onnxruntime-genai")
        .containsPattern("precision +int4")
        .containsPattern(
            "memory +\\d+ MiB of a GPU's: weights 1, 16 slots of 2,048 tokens 32, workspace \\d+, libraries 512");
  }

  @Test
  void verifyComparesFilesAndLogits(@TempDir Path folder) throws IOException {
    Path target = folder.resolve("package");
    CommandLineRun converted =
        CommandLineRun.of("convert", Fixtures.transformers().toString(), target.toString());
    assertThat(converted.exitCode()).isZero();
    assertThat(converted.out())
        .containsPattern("layers +4")
        .containsPattern("parameters +2,359,296")
        .containsPattern("bits per weight +\\d")
        .containsPattern("weight error +0.00")
        .containsPattern("deviation +KL divergence 0.0")
        .containsPattern("peak memory +\\d");
    CommandLineRun sound = CommandLineRun.of("verify", target.toString());
    assertThat(sound.exitCode()).isZero();
    assertThat(sound.out()).contains("4 prompts agree");
    Path manifest = target.resolve("spark-llama.json");
    ObjectNode changed = (ObjectNode) new ObjectMapper().readTree(manifest.toFile());
    ArrayNode logits = (ArrayNode) changed.at("/selfTest/0/logits");
    logits.set(0, logits.numberNode(logits.get(0).doubleValue() + 2));
    new ObjectMapper().writeValue(manifest.toFile(), changed);
    CommandLineRun other = CommandLineRun.of("verify", target.toString());
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("a logit of the self-test differs by 2");
    Files.writeString(target.resolve("tokenizer_config.json"), "{}");
    assertThat(CommandLineRun.of("verify", target.toString()).err())
        .contains("tokenizer_config.json");
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
