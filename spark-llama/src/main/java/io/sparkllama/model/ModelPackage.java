package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import io.sparkllama.errors.RequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model folder whose files have been checked against each other; nothing native has run on it.
 *
 * @param folder absolute real path of the package
 * @param layout which tool's layout it has
 * @param architecture the decoder's numbers
 * @param controlTokens ids with a meaning of their own
 * @param chatStyle layout of conversations; empty when the package does not tell
 * @param graph the ONNX graph
 * @param tokenizer the tokenizer.json
 * @param prompts prompts by task name that replace the built-in ones
 * @param manifest the package's own manifest, where it has one
 * @param sha256 identity of the package: SHA-256 over names and hashes of graph, weights and
 *     tokenizer
 */
public record ModelPackage(
    Path folder,
    Layout layout,
    Architecture architecture,
    ControlTokens controlTokens,
    Optional<ChatStyle> chatStyle,
    Path graph,
    Path tokenizer,
    Map<String, PromptTemplate> prompts,
    Optional<Manifest> manifest,
    String sha256) {

  private static final String ADAPTER_FILE = ".onnx_adapter";

  /** Whether adapters can be applied while the model runs. */
  public boolean takesAdapters() {
    return manifest.flatMap(known -> known.adapterRank().stream().boxed().findFirst()).isPresent();
  }

  /**
   * The file of an adapter.
   *
   * @param name name of an adapter that the package carries, or path of an {@code .onnx_adapter}
   *     file
   */
  public Path adapter(String name) {
    Path carried = adapters().resolve(name + ADAPTER_FILE).normalize();
    return carried.startsWith(folder) && Files.isRegularFile(carried) ? carried : Path.of(name);
  }

  /**
   * Bytes of all adapters that the package carries.
   *
   * @throws io.sparkllama.errors.ModelException when they cannot be listed
   */
  public long adapterBytes() {
    if (!Files.isDirectory(adapters())) {
      return 0;
    }
    try (Stream<Path> files = Files.list(adapters())) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ADAPTER_FILE))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new ModelException("Cannot list " + adapters() + ". Copy the package again.", e);
    }
  }

  private Path adapters() {
    return folder.resolve("adapters");
  }

  /**
   * Looks whether an adapter's file can be applied while the model runs.
   *
   * @throws RequestException when the package takes no adapters, or there is no such file
   */
  public void requireAdapter(Path file) {
    if (!takesAdapters()) {
      throw new RequestException(
          "Cannot answer with an adapter: found a package that takes none, expected one made for"
              + " them. Convert the model with --adapter or --lora-rank.");
    }
    if (!Files.isRegularFile(file)) {
      throw new RequestException(
          "Cannot answer with the adapter %s: no such file. Name an .onnx_adapter file."
              .formatted(file));
    }
  }

  /** The same model with another graph of it. */
  public ModelPackage withGraph(Path other) {
    return new ModelPackage(
        folder,
        layout,
        architecture,
        controlTokens,
        chatStyle,
        other,
        tokenizer,
        prompts,
        manifest,
        sha256);
  }

  /** The tool whose layout a folder has. */
  public enum Layout {
    SPARK_LLAMA,
    ONNXRUNTIME_GENAI,
    OPTIMUM,
    TRANSFORMERS_JS
  }
}
