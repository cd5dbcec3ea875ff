package io.sparkllama.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code spark-llama.json} says of a package that this project made.
 *
 * @param formatVersion version of the file format, 1
 * @param source what the package was made from
 * @param architecture the decoder's numbers
 * @param quantization how weights and activations are stored
 * @param chatStyle layout of conversations
 * @param controlTokens ids with a meaning of their own
 * @param files every other file of the package
 * @param prompts prompts by task name that replace the built-in ones
 */
public record Manifest(
    int formatVersion,
    Source source,
    Architecture architecture,
    Quantization quantization,
    ChatStyle chatStyle,
    ControlTokens controlTokens,
    List<FileEntry> files,
    Map<String, PromptTemplate> prompts) {

  public static final String FILE_NAME = "spark-llama.json";
  public static final int FORMAT_VERSION = 1;

  public Manifest {
    files = List.copyOf(files);
    prompts = Map.copyOf(prompts);
  }

  /**
   * @param name file name of the source
   * @param format {@code gguf} or {@code safetensors}
   * @param sha256 SHA-256 of the source in lower-case hex
   * @param mergedAdapter name of the adapter whose weights were added, if any
   */
  public record Source(String name, String format, String sha256, Optional<String> mergedAdapter) {}

  /**
   * @param precision {@code fp32}, {@code w8a8}, {@code int8} or {@code int4}
   * @param requiredCpuFeature feature without which the products would be wrong ({@code vnni}), if
   *     any
   */
  public record Quantization(String precision, Optional<String> requiredCpuFeature) {}

  /**
   * @param path path inside the package, with {@code /}
   * @param size bytes
   * @param sha256 SHA-256 of the content in lower-case hex
   */
  public record FileEntry(String path, long size, String sha256) {}
}
