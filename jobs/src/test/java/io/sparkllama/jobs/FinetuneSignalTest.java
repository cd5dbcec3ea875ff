package io.sparkllama.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in a process of its own that ends by a signal. */
class FinetuneSignalTest {

  private static final int SIGTERM = 143;

  @TempDir private Path folder;

  @Test
  void sigtermKeepsTheBestSoFarAndTheRunGoesOn() throws Exception {
    SharedSession.open();
    Path model = TinyFinetune.convert(folder.resolve("model"));
    Path output = folder.resolve("mine");
    Path input = folder.resolve("rows.jsonl");
    Files.writeString(
        input,
        """
        {"text": "a red door", "label": "positive"}
        {"text": "the long road", "label": "negative"}
        {"text": "two old cups", "label": "neutral"}
        """);
    String[] words =
        TinyFinetune.words(
            model,
            input,
            output,
            "--task",
            "sentiment",
            "--held-out",
            "0.3",
            "--epochs",
            "100000",
            "--evaluations",
            "100000");
    Process child = start(words);
    Path work = folder.resolve("mine.training");
    while (names(work).stream().noneMatch(name -> name.startsWith("best-"))) {
      assertThat(child.isAlive()).as(said()).isTrue();
      Thread.sleep(20);
    }
    child.destroy();
    assertThat(child.waitFor()).as(said()).isEqualTo(SIGTERM);
    assertThat(names(output))
        .containsExactly(
            "adapter_config.json",
            "adapter_model.safetensors",
            "mine.onnx_adapter",
            "training.json");
    assertThat(names(work)).singleElement().asString().startsWith("state-");
    assertThat(said()).contains("go on with --resume");

    String[] shorter = words.clone();
    shorter[List.of(words).indexOf("--epochs") + 1] = "1";
    List<String> resumed = new ArrayList<>(List.of(shorter));
    resumed.add("--resume");
    TestOutput run = TestOutput.of(() -> Main.run(resumed.toArray(String[]::new)));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).doesNotContain("begins behind step 0\n");
    assertThat(run.out()).contains("adapter    loss").contains("accuracy");
    assertThat(names(output)).hasSize(4);
    assertThat(work).doesNotExist();
  }

  private static List<String> names(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private String said() throws IOException {
    return Files.readString(folder.resolve("child.log"));
  }

  private Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add") || argument.startsWith("-XX:+Ignore"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx1g",
            "-Dspark.master=local[1]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-cp",
            absolute(System.getProperty("java.class.path")),
            "io.sparkllama.jobs.Main"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(folder.toFile());
    builder.environment().put("RUST_FLAVOR", "cpu");
    builder.redirectOutput(folder.resolve("child.log").toFile());
    return builder.start();
  }

  private static String absolute(String classPath) {
    return String.join(
        File.pathSeparator,
        Stream.of(classPath.split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }
}
