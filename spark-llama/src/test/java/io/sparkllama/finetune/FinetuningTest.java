package io.sparkllama.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.safetensors.SafeTensorsFile;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.RequestException;
import io.sparkllama.finetune.FinetuneRequest.Start;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.task.Sentiment;
import io.sparkllama.task.TaskInput;
import io.sparkllama.task.TaskOptions;
import io.sparkllama.task.TaskRunner;
import io.sparkllama.task.Value;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs with the tiny model. */
class FinetuningTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path models;
  @TempDir private Path folder;

  private static ModelPackage model;
  private static TinyRun tiny;
  private Path output;

  @BeforeAll
  static void convert() {
    model = TinyRun.convert(models.resolve("tiny"));
    tiny = new TinyRun(model);
  }

  @BeforeEach
  void nameOutput() {
    output = folder.resolve("mine");
  }

  @Test
  void learnsAHandfulOfPairsAndTheEngineAnswersWithThem() throws IOException {
    TinyRun.Log log = new TinyRun.Log();
    FinetuneResult result = run(TinyRun.options(40), Start.NEW, log);
    assertThat(result.ending()).isEqualTo(FinetuneResult.Ending.DONE);
    assertThat(log.losses.get(log.losses.size() - 1)).isLessThan(log.losses.get(0) / 10);
    assertThat(result.before().orElseThrow().accuracy().orElseThrow()).isLessThan(0.8);
    assertThat(result.best().orElseThrow().accuracy()).hasValue(1);
    assertThat(result.adapter()).contains(output);
    assertThat(names(folder)).containsExactly("mine");
    assertThat(names(output))
        .containsExactly(
            "adapter_config.json",
            "adapter_model.safetensors",
            "mine.onnx_adapter",
            "training.json");
    assertThat(answers(output.resolve("mine.onnx_adapter").toString()))
        .isEqualTo(TinyRun.LABELS.stream().map(new Sentiment().labels()::get).toList());
  }

  /** Measured by the trainer and by the engine: the loss of two labels' log-probabilities. */
  @Test
  void theBaseModelIsMeasuredAsTheEngineAnswers() {
    TinyRun.Log log = new TinyRun.Log();
    run(TinyRun.options(1), Start.NEW, log);
    List<String> expected = TinyRun.LABELS.stream().map(new Sentiment().labels()::get).toList();
    List<String> found = answers("");
    double right =
        IntStream.range(0, expected.size())
            .filter(i -> expected.get(i).equals(found.get(i)))
            .count();
    assertThat(log.evaluations.get(0).accuracy().orElseThrow())
        .isCloseTo(right / expected.size(), within(1e-9));
  }

  @Test
  void theFolderHasPeftsNamesAndShapes() throws IOException {
    FinetuneOptions few =
        with(TinyRun.options(1), Set.of(LoraTarget.Q, LoraTarget.V, LoraTarget.DOWN));
    run(few, Start.NEW, new TinyRun.Log());
    JsonNode config = JSON.readTree(output.resolve("adapter_config.json").toFile());
    assertThat(config.path("peft_type").asText()).isEqualTo("LORA");
    assertThat(config.path("r").asInt()).isEqualTo(8);
    assertThat(config.path("lora_alpha").asDouble()).isEqualTo(16);
    assertThat(config.path("target_modules"))
        .extracting(JsonNode::asText)
        .containsExactly("q_proj", "v_proj", "down_proj");
    // The fixture is of the same three targets, of rank 4, as PEFT itself has written it.
    assertThat(shapes(output, 8)).isEqualTo(shapes(Fixtures.lora(), 4));
  }

  /** Sizes by name, with the rank as 0. */
  private static List<String> shapes(Path peft, int rank) {
    String path = peft.resolve("adapter_model.safetensors").toString();
    try (SafeTensorsFile file = SafeTensorsFile.open(SourceLocation.of(path).open())) {
      return file.entries().values().stream()
          .map(
              entry ->
                  entry.name()
                      + entry.shape().stream().map(size -> size == rank ? 0 : size).toList())
          .sorted()
          .toList();
    }
  }

  @Test
  void aResumedRunEndsAsOneThatWasNotInterrupted() {
    run(TinyRun.options(12), Start.NEW, new TinyRun.Log());
    float[] whole = weights(output);
    output = folder.resolve("resumed");
    stopAt(7, TinyRun.options(12));
    assertThat(output.resolveSibling("resumed.training")).isDirectory();
    FinetuneResult result = run(TinyRun.options(12), Start.RESUME, new TinyRun.Log());
    assertThat(result.ending()).isEqualTo(FinetuneResult.Ending.DONE);
    assertThat(weights(output)).containsExactly(whole, within(0f));
    assertThat(output.resolveSibling("resumed.training")).doesNotExist();
  }

  @Test
  void aStoppedRunKeepsTheBestSoFar() throws IOException {
    FinetuneResult result = stopAt(12, TinyRun.options(30));
    assertThat(result.ending()).isEqualTo(FinetuneResult.Ending.STOPPED);
    assertThat(result.last().step()).isEqualTo(12);
    assertThat(result.adapter()).contains(output);
    Evaluation best = result.best().orElseThrow();
    assertThat(best.step()).isBetween(1, 12);
    JsonNode kept = JSON.readTree(output.resolve("training.json").toFile());
    assertThat(kept.path("steps").asInt()).isEqualTo(best.step());
    assertThat(names(output)).hasSize(4);
    assertThat(answers(output.resolve("mine.onnx_adapter").toString())).hasSize(5);
  }

  @Test
  void aRunThatIsStoppedAtOnceLeavesNoAdapter() {
    FinetuneResult result = stopAt(1, TinyRun.options(30));
    assertThat(result.adapter()).isEmpty();
    assertThat(output).doesNotExist();
  }

  @Test
  void withoutHeldOutExamplesTheLastIsKept() throws IOException {
    FinetuneResult result =
        new Finetuning(tiny.request(output, TinyRun.options(2), Start.NEW), tiny.data(0), new Log())
            .run();
    assertThat(result.best()).isEmpty();
    JsonNode kept = JSON.readTree(output.resolve("training.json").toFile());
    assertThat(kept.path("steps").asInt()).isEqualTo(result.last().step());
  }

  @Test
  void whatCannotBeTrainedIsRefusedBeforeAnythingIsWritten() throws IOException {
    Files.createDirectory(output);
    refused(TinyRun.options(1), "it is there already");
    Files.delete(output);
    refused(withRank(16), "adapters of rank 8, expected adapters of rank 16. Convert the model");
    assertThatThrownBy(() -> run(TinyRun.options(1), Start.RESUME, new Log()))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("found no state of a run");
    FinetuneRequest other =
        new FinetuneRequest(
            Fixtures.gguf("Q8_0").toString(), model, output, TinyRun.options(1), Start.NEW);
    assertThatThrownBy(() -> new Finetuning(other, tiny.data(1), new Log()).run())
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("Name that checkpoint, or convert this one");
    FinetuneRequest small = tiny.request(output, TinyRun.options(1), Start.NEW);
    assertThatThrownBy(
            () -> new Finetuning(small, tiny.data(1), new Log(), OptionalLong.of(1 << 20)).run())
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("Cannot fit the training: it needs")
        .hasMessageContaining("found 1 MiB");
    assertThat(names(folder)).isEmpty();
  }

  @Test
  void aRunOfOtherSettingsIsNotResumed() {
    stopAt(7, TinyRun.options(12));
    assertThatThrownBy(
            () ->
                run(
                    with(TinyRun.options(12), Set.of(LoraTarget.Q)),
                    Start.RESUME,
                    new TinyRun.Log()))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("a run of other settings");
    assertThatThrownBy(() -> run(TinyRun.options(12), Start.NEW, new TinyRun.Log()))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("Go on with it by --resume");
  }

  private void refused(FinetuneOptions options, String message) {
    assertThatThrownBy(() -> run(options, Start.NEW, new Log()))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining(message);
  }

  private static final class Log implements FinetuneListener {}

  private FinetuneResult run(FinetuneOptions options, Start start, FinetuneListener listener) {
    return new Finetuning(tiny.request(output, options, start), tiny.data(5), listener).run();
  }

  /** Stops a run behind a step. */
  private FinetuneResult stopAt(int step, FinetuneOptions options) {
    AtomicReference<Finetuning> running = new AtomicReference<>();
    running.set(
        new Finetuning(
            tiny.request(output, options, Start.NEW),
            tiny.data(5),
            new FinetuneListener() {
              @Override
              public void stepped(FinetuneProgress progress) {
                if (progress.step() == step) {
                  running.get().stop();
                }
              }
            }));
    return running.get().run();
  }

  private static FinetuneOptions with(FinetuneOptions options, Set<LoraTarget> targets) {
    return new FinetuneOptions(
        options.rank(),
        options.alpha(),
        targets,
        options.learningRate(),
        options.length(),
        options.batchTokens(),
        options.passTokens(),
        options.evaluations(),
        options.seed(),
        options.threads());
  }

  private static FinetuneOptions withRank(int rank) {
    FinetuneOptions options = TinyRun.options(1);
    return new FinetuneOptions(
        rank,
        options.alpha(),
        options.targets(),
        options.learningRate(),
        options.length(),
        options.batchTokens(),
        options.passTokens(),
        options.evaluations(),
        options.seed(),
        options.threads());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static float[] weights(Path peft) {
    String path = peft.resolve("adapter_model.safetensors").toString();
    try (SafeTensorsFile file = SafeTensorsFile.open(SourceLocation.of(path).open())) {
      float[] row = new float[file.entries().values().iterator().next().columns()];
      file.row(file.entries().values().iterator().next(), 0, row);
      return row;
    }
  }

  private static List<String> answers(String adapter) {
    TaskOptions options = TaskOptions.DEFAULTS.withAdapter(adapter);
    try (LlamaEngine engine = LlamaEngine.open(model, EngineOptions.DEFAULTS.withSlots(2))) {
      TaskRunner runner = new TaskRunner(engine);
      return TinyRun.TEXTS.stream()
          .map(text -> runner.submit(new Sentiment(), TaskInput.of(text), options).join().value())
          .map(value -> ((Value.Scores) value).label())
          .toList();
    }
  }
}
