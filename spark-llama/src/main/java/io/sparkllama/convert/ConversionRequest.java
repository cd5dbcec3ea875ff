package io.sparkllama.convert;

import io.sparkllama.model.PromptTemplate;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What to convert.
 *
 * @param source GGUF file, or folder with config.json and safetensors, by path or URI
 * @param target folder to make; must not exist, or be empty
 * @param precision how weights are stored
 * @param mergeAdapter PEFT LoRA folder whose update is added to the weights
 * @param ropeFactors what happens to a GGUF file's divisors of the rotary frequencies
 * @param prompts prompts by task name that the package carries
 * @param progress told of the share that is done
 */
public record ConversionRequest(
    String source,
    Path target,
    Precision precision,
    Optional<Path> mergeAdapter,
    RopeFactors ropeFactors,
    Map<String, PromptTemplate> prompts,
    ProgressListener progress) {

  public ConversionRequest {
    prompts = Map.copyOf(prompts);
  }

  /** Without adapter, prompts and progress. */
  public static ConversionRequest of(Path source, Path target, Precision precision) {
    return new ConversionRequest(
        source.toString(),
        target,
        precision,
        Optional.empty(),
        RopeFactors.AUTO,
        Map.of(),
        ProgressListener.SILENT);
  }

  public ConversionRequest withMergeAdapter(Path adapter) {
    return new ConversionRequest(
        source, target, precision, Optional.of(adapter), ropeFactors, prompts, progress);
  }

  public ConversionRequest withRopeFactors(RopeFactors factors) {
    return new ConversionRequest(
        source, target, precision, mergeAdapter, factors, prompts, progress);
  }
}
