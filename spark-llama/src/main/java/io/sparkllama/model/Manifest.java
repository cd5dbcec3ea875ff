package io.sparkllama.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What {@code spark-llama.json} says of a package that this project made.
 *
 * @param formatVersion version of the file format, 2
 * @param source what the package was made from
 * @param architecture the decoder's numbers
 * @param quantization how weights and activations are stored
 * @param chatStyle layout of conversations
 * @param controlTokens ids with a meaning of their own
 * @param files every other file of the package
 * @param prompts prompts by task name that replace the built-in ones
 * @param adapterRank largest rank of adapters that can be applied at run time; empty where none can
 * @param selfTest prompts with the logits that the package gave when it was made
 * @param deviation from the fp32 values over held-out text, where that was measured
 */
public record Manifest(
    int formatVersion,
    Source source,
    Architecture architecture,
    Quantization quantization,
    ChatStyle chatStyle,
    ControlTokens controlTokens,
    List<FileEntry> files,
    Map<String, PromptTemplate> prompts,
    OptionalInt adapterRank,
    List<SelfTest> selfTest,
    Optional<Deviation> deviation) {

  public static final String FILE_NAME = "spark-llama.json";
  public static final int FORMAT_VERSION = 2;

  public Manifest {
    files = List.copyOf(files);
    prompts = Map.copyOf(prompts);
    selfTest = List.copyOf(selfTest);
  }

  /**
   * @param name file name of the source
   * @param format {@code gguf} or {@code safetensors}
   * @param sha256 SHA-256 of the source in lower-case hex
   * @param mergedAdapter name of the adapter whose weights were added, if any
   * @param license of the source as model hubs name it ({@code apache-2.0}), where the source tells
   */
  public record Source(
      String name,
      String format,
      String sha256,
      Optional<String> mergedAdapter,
      Optional<String> license) {}

  /**
   * @param precision {@code fp32}, {@code fp16}, {@code bf16}, {@code w8a8}, {@code int8}, {@code
   *     int4} or {@code mixed}
   * @param block values that share a scale, where weights are cut into blocks
   * @param device {@code cpu} or {@code cuda}
   * @param basis {@code rotated} where hidden states are, if they are
   * @param requiredCpuFeature feature without which the products would be wrong ({@code vnni}), if
   *     any
   */
  public record Quantization(
      String precision,
      OptionalInt block,
      String device,
      Optional<String> basis,
      Optional<String> requiredCpuFeature) {

    /** Basis in which adapters have to be rotated as the weights are. */
    public static final String ROTATED = "rotated";
  }

  /**
   * @param prompt token ids
   * @param tokens the likeliest next tokens
   * @param logits their logits
   */
  public record SelfTest(List<Integer> prompt, List<Integer> tokens, List<Double> logits) {
    public SelfTest {
      prompt = List.copyOf(prompt);
      tokens = List.copyOf(tokens);
      logits = List.copyOf(logits);
    }
  }

  /**
   * @param path path inside the package, with {@code /}
   * @param size bytes
   * @param sha256 SHA-256 of the content in lower-case hex
   */
  public record FileEntry(String path, long size, String sha256) {}
}
