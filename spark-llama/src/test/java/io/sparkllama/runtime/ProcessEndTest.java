package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import io.sparkllama.errors.EngineException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What happens to native code when the process is told to end. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ProcessEndTest {

  private static final int TERMINATED = 128 + 15;

  @TempDir private Path folder;

  @Test
  void theEndStopsThePassWaitsForItAndLetsNoOtherBegin() throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    ProcessEnd processEnd = ProcessEnd.stopping(stopped::countDown);
    processEnd.enter();
    Thread ending = new Thread(processEnd::end);
    ending.start();
    stopped.await();
    assertThat(ending.isAlive()).isTrue();
    processEnd.leave();
    ending.join();
    assertThatThrownBy(processEnd::enter)
        .isInstanceOf(EngineException.class)
        .hasMessage("Cannot run the model: the process is ending. Start it again.");
    processEnd.close();
  }

  @Test
  void aTerminatedCommandEndsWithTheSignalsCode() throws IOException, InterruptedException {
    Path rows =
        Files.write(
            folder.resolve("rows.jsonl"),
            IntStream.range(0, 200).mapToObj(ProcessEndTest::longPrompt).toList());
    Process process =
        java(
            "io.sparkllama.cli.Main",
            "generate",
            "--model",
            Fixtures.genaiFp32().toString(),
            "--input",
            rows.toString(),
            "--slots",
            "1",
            "--prefill-chunk",
            "2048");
    try (BufferedReader answers = output(process)) {
      assertThat(answers.readLine()).contains("\"id\":0");
      process.toHandle().destroy();
      while (answers.readLine() != null) {
        // Until the process has gone.
      }
    }
    assertThat(process.waitFor()).isEqualTo(TERMINATED);
  }

  @Test
  void sessionsOutliveTheReleaseInOnnxRuntimesOwnHook() throws IOException, InterruptedException {
    Process process = java(Released.class.getName(), Fixtures.genaiFp32().toString());
    try (BufferedReader lines = output(process)) {
      assertThat(lines.lines().toList()).containsExactly("done");
    }
    assertThat(process.waitFor()).isZero();
  }

  /** Releases the environment as ONNX Runtime's hook does, and goes on. */
  static final class Released {

    private static final Tokens PROMPT = Tokens.of(IntStream.range(300, 1300).toArray());

    public static void main(String[] args) throws ReflectiveOperationException {
      try (Decoder before = open(args[0])) {
        release(NativeEnvironment.get());
        before.prefill(0, 0, PROMPT, 1);
        try (Decoder after = open(args[0])) {
          after.prefill(0, 0, PROMPT, 1);
        }
      }
      System.out.println("done");
    }

    private static Decoder open(String model) {
      return Decoders.open(ModelPackages.open(Path.of(model)), new DecoderOptions(1, 2048, 2));
    }

    private static void release(OrtEnvironment environment) throws ReflectiveOperationException {
      Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
      Field handle = OrtEnvironment.class.getDeclaredField("nativeHandle");
      Method close = OrtEnvironment.class.getDeclaredMethod("close", long.class, long.class);
      api.setAccessible(true);
      handle.setAccessible(true);
      close.setAccessible(true);
      close.invoke(null, api.getLong(null), handle.getLong(environment));
    }
  }

  private Process java(String main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static BufferedReader output(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** One that is read in a single pass. */
  private static String longPrompt(int id) {
    int[] ids = new Random(id).ints(2000, 300, 900).toArray();
    return "{\"id\": %d, \"prompt_ids\": %s, \"max_tokens\": 1}"
        .formatted(id, Arrays.toString(ids));
  }
}
