package io.sparkllama.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The test models and what they are expected to say; archives are unpacked once for a run. */
public final class Fixtures {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ROOT = Path.of(System.getProperty("fixtures"));
  private static final Map<String, Path> UNPACKED = new ConcurrentHashMap<>();

  private Fixtures() {}

  public static Path genaiFp32() {
    return UNPACKED.computeIfAbsent("genai-fp32", Fixtures::unpack);
  }

  public static Path genaiInt4() {
    return ROOT.resolve("tiny-llama3/genai-int4");
  }

  /** The tiny model as the builder of onnxruntime-genai 0.18 exports it for CUDA, in int4. */
  public static Path genaiCudaInt4() {
    return UNPACKED.computeIfAbsent("genai-cuda-int4", Fixtures::unpack);
  }

  /**
   * The graph alone of another export by that builder.
   *
   * @param export device, precision and option, such as {@code cuda-int4-prune}
   */
  public static Path genaiGraph(String export) {
    return UNPACKED.computeIfAbsent("genai-graphs", Fixtures::unpack).resolve(export + ".onnx");
  }

  /** A copy of an export with the graph of another one, which has the same weights. */
  public static Path withGraph(Path export, String other, Path target) {
    copy(export, target);
    try {
      Files.copy(
          genaiGraph(other), target.resolve("model.onnx"), StandardCopyOption.REPLACE_EXISTING);
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path optimumFp32() {
    return UNPACKED.computeIfAbsent("optimum-fp32", Fixtures::unpack);
  }

  /** The tiny model as transformers saves it. */
  public static Path transformers() {
    return ROOT.resolve("tiny-llama3/hf");
  }

  /** An adapter for the tiny model as PEFT saves it. */
  public static Path lora() {
    return ROOT.resolve("tiny-llama3/lora-peft");
  }

  /**
   * A GGUF file of the tiny model.
   *
   * @param type {@code Q4_0} or {@code Q8_0}
   */
  public static Path gguf(String type) {
    return ROOT.resolve("tiny-llama3/gguf/tiny-" + type + ".gguf");
  }

  /** A GGUF file as of Llama 2, a base model: a SentencePiece vocabulary and random weights. */
  public static Path llama2() {
    return ROOT.resolve("sentencepiece/tiny-llama2.gguf");
  }

  /**
   * The lines of a file of expected values.
   *
   * @param name such as {@code tiny-llama3/golden-fp32.jsonl}
   */
  public static List<JsonNode> golden(String name) {
    try {
      List<JsonNode> lines = new ArrayList<>();
      for (String line : Files.readAllLines(ROOT.resolve(name))) {
        lines.add(JSON.readTree(line));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ids in a field of a line. */
  public static int[] ids(JsonNode line, String field) {
    int[] ids = new int[line.path(field).size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = line.path(field).path(i).intValue();
    }
    return ids;
  }

  /** Copies a folder, so that a test may damage it. */
  public static Path copy(Path folder, Path target) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = target.resolve(folder.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path unpack(String name) {
    try {
      Path target = Files.createTempDirectory("spark-llama-" + name);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(target)));
      try (InputStream file =
              Files.newInputStream(ROOT.resolve("tiny-llama3/" + name + ".tar.xz"));
          TarArchiveInputStream tar =
              new TarArchiveInputStream(
                  new XZCompressorInputStream(new BufferedInputStream(file)))) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          if (entry.isFile()) {
            Files.copy(tar, target.resolve(Path.of(entry.getName()).getFileName()));
          }
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
