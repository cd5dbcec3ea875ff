package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import io.sparkllama.errors.EngineException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Passes that run out of memory: in a process whose sessions share an allocator of ONNX Runtime
 * with a limit, as GPUs have one.
 */
class DeviceMemoryTest {

  @Test
  void aPromptThatDoesNotFitIsReadInHalves() throws IOException, InterruptedException {
    List<String> lines = run(LongPrompts.class, 44);
    assertHalved(lines, "tokens of prompts");
    assertThat(lines).endsWith("right before and after, then: Failed to run the model");
  }

  @Test
  void promptsThatDoNotFitTogetherAreReadInHalves() throws IOException, InterruptedException {
    List<String> lines = run(ManyPrompts.class, 60);
    assertHalved(lines, "tokens of prompts");
    assertThat(lines).endsWith("right before and after");
  }

  @Test
  void aStepThatDoesNotFitIsMadeInHalves() throws IOException, InterruptedException {
    List<String> lines = run(ManyRows.class, 28);
    assertHalved(lines, "rows");
    assertThat(lines).endsWith("right before and after");
  }

  @Test
  void anEngineWhosePassesDoNotFitIsNotOpened() throws IOException, InterruptedException {
    assertThat(run(ManyPrompts.class, 28))
        .endsWith(
            "Cannot fit passes of 64 slots and of 4096 prompt tokens: the device ran out of memory"
                + " in the first ones, in halves too. Use fewer slots or a smaller prefill chunk, or"
                + " leave it more memory.");
  }

  private static void assertHalved(List<String> lines, String unit) {
    assertThat(lines).filteredOn(line -> line.contains("ran out of memory in a pass")).hasSize(1);
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).matches(".*in a pass of \\d+ " + unit + "; passes.*"));
  }

  private static List<String> run(Class<?> main, int mebibytes)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName(),
                Fixtures.genaiFp32().toString(),
                Integer.toString(mebibytes))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      List<String> lines = output.lines().toList();
      assertThat(process.waitFor()).describedAs(String.join("\n", lines)).isZero();
      return lines;
    }
  }

  /** Reads ever longer prompts, until one does not fit even in halves. */
  static final class LongPrompts {

    private static final int CAPACITY = 8_000;

    public static void main(String[] args) {
      Allocator.limit(Long.parseLong(args[1]) << 20);
      try (Decoder limited = open(args[0], new ComputeDevice.CpuAsGpu());
          Decoder free = open(args[0], ComputeDevice.CPU)) {
        for (int length = 64; length <= CAPACITY; length += 64) {
          Tokens prompt = Tokens.of(IntStream.range(0, length).map(i -> 300 + i % 700).toArray());
          Tokens part = prompt.slice(0, length);
          float[] found = limited.prefill(0, 0, part, 2).copyOfRow(1);
          requireClose(found, free.prefill(0, 0, part, 2).copyOfRow(1));
        }
      } catch (EngineException e) {
        String refusal = e.getMessage().replaceAll("(?s):.*", "");
        System.out.println("right before and after, then: " + refusal);
      }
    }

    private static Decoder open(String model, ComputeDevice device) {
      return Decoders.open(
          ModelPackages.open(Path.of(model)),
          new DecoderOptions(1, CAPACITY, 1, 64, Attention.OWN).on(device));
    }
  }

  /** Reads ever more prompts side by side, of which soon not all fit. */
  static final class ManyPrompts {

    private static final int SLOTS = 64;
    private static final int CAPACITY = 64;

    public static void main(String[] args) {
      Allocator.limit(Long.parseLong(args[1]) << 20);
      try (Decoder limited = open(args[0], new ComputeDevice.CpuAsGpu());
          Decoder free = open(args[0], ComputeDevice.CPU)) {
        BatchedPrefill together = limited.batched().orElseThrow();
        for (int count = 2; count <= SLOTS; count += 2) {
          List<Tokens> prompts = IntStream.range(0, count).mapToObj(ManyPrompts::prompt).toList();
          Logits found = together.read(0, prompts);
          for (int row : new int[] {0, count / 2 - 1, count / 2, count - 1}) {
            float[] right = free.prefill(0, 0, prompts.get(row), 1).copyOfRow(0);
            requireClose(found.copyOfRow(row), right);
          }
        }
        System.out.println("right before and after");
      } catch (EngineException e) {
        System.out.println(e.getMessage());
      }
    }

    private static Tokens prompt(int number) {
      int length = CAPACITY - number % 5;
      return Tokens.of(IntStream.range(0, length).map(i -> 300 + (number + i) % 700).toArray());
    }

    private static Decoder open(String model, ComputeDevice device) {
      return Decoders.open(
          ModelPackages.open(Path.of(model)),
          new DecoderOptions(SLOTS, CAPACITY, 1, SLOTS * CAPACITY, Attention.OWN).on(device));
    }
  }

  /** Steps with ever more rows, of which soon not all fit. */
  static final class ManyRows {

    private static final int SLOTS = 256;

    public static void main(String[] args) {
      Allocator.limit(Long.parseLong(args[1]) << 20);
      try (Decoder limited = open(args[0], new ComputeDevice.CpuAsGpu());
          Decoder free = open(args[0], ComputeDevice.CPU)) {
        int[] tokens = IntStream.range(0, SLOTS).map(i -> 300 + i % 700).toArray();
        int[] past = new int[SLOTS];
        for (int rows = 16; rows <= SLOTS; rows += 16) {
          Logits found = limited.decode(rows, tokens, past);
          Logits right = free.decode(rows, tokens, past);
          for (int row : new int[] {0, rows / 2 - 1, rows / 2, rows - 1}) {
            requireClose(found.copyOfRow(row), right.copyOfRow(row));
          }
        }
      }
      System.out.println("right before and after");
    }

    private static Decoder open(String model, ComputeDevice device) {
      return Decoders.open(
          ModelPackages.open(Path.of(model)), new DecoderOptions(SLOTS, 4, 1).on(device));
    }
  }

  private static void requireClose(float[] found, float[] right) {
    for (int i = 0; i < right.length; i++) {
      if (!(Math.abs(found[i] - right[i]) < 1e-3)) {
        throw new AssertionError("logit %d is %s, expected %s".formatted(i, found[i], right[i]));
      }
    }
  }

  /** The environment's allocator, through the C API, by places in its table. */
  private static final class Allocator {

    private static final int CREATE_MEMORY_INFO = 68;
    private static final int CREATE_AND_REGISTER_ALLOCATOR = 144;
    private static final int CREATE_ARENA_CONFIGURATION = 156;
    private static final int ARENA = 1;
    private static final int SAME_AS_REQUESTED = 1;
    private static final int BY_DEFAULT = -1;

    static void limit(long bytes) {
      OrtEnvironment environment = NativeEnvironment.get();
      PointerByReference info = new PointerByReference();
      PointerByReference configuration = new PointerByReference();
      call(CREATE_MEMORY_INFO, "Cpu", ARENA, 0, 0, info);
      call(
          CREATE_ARENA_CONFIGURATION,
          bytes,
          SAME_AS_REQUESTED,
          BY_DEFAULT,
          BY_DEFAULT,
          configuration);
      call(
          CREATE_AND_REGISTER_ALLOCATOR,
          new Pointer(number(OrtEnvironment.class, "nativeHandle", environment)),
          info.getValue(),
          configuration.getValue());
    }

    private static void call(int place, Object... arguments) {
      Pointer table = new Pointer(number(runtime(), "ortApiHandle", null));
      Pointer status =
          Function.getFunction(table.getPointer((long) place * Native.POINTER_SIZE))
              .invokePointer(arguments);
      if (status != null) {
        throw new IllegalStateException("function " + place + " failed");
      }
    }

    private static Class<?> runtime() {
      try {
        return Class.forName("ai.onnxruntime.OnnxRuntime");
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }

    private static long number(Class<?> owner, String name, Object of) {
      try {
        Field field = owner.getDeclaredField(name);
        field.setAccessible(true);
        return field.getLong(of);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
