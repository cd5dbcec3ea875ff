package io.sparkllama.convert;

import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.PromptTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What to convert.
 *
 * @param source GGUF file, or folder with config.json and safetensors, by path or URI
 * @param target folder to make; must not exist, or be empty
 * @param storage how weights are stored, and for which device
 * @param mergeAdapter PEFT LoRA folder whose update is added to the weights
 * @param adapters PEFT LoRA folders that the package carries, to be chosen at run time
 * @param adapterRank largest rank of adapters that can be added later; that of {@code adapters}
 *     counts too
 * @param ropeFactors what happens to a GGUF file's divisors of the rotary frequencies
 * @param config folder whose configuration, tokenizer and chat template replace the source's, by
 *     path or URI
 * @param prompts prompts by task name that the package carries
 * @param examination whether the fp32 values are run beside the package
 * @param stages into how many parts, each on a device of its own, engines are to cut the layers
 * @param progress told of the share that is done
 */
public record ConversionRequest(
    String source,
    Path target,
    Storage storage,
    Optional<Path> mergeAdapter,
    List<Path> adapters,
    OptionalInt adapterRank,
    RopeFactors ropeFactors,
    Optional<String> config,
    Map<String, PromptTemplate> prompts,
    Examination examination,
    int stages,
    ProgressListener progress) {

  /** Whether a conversion runs the fp32 values, for calibration and to measure the result. */
  public enum Examination {
    /** Where they fit into memory. */
    WHERE_IT_FITS,
    NONE
  }

  /** Refuses stages with adapters: a file of those is for a whole graph. */
  public ConversionRequest {
    if (stages > 1 && (!adapters.isEmpty() || adapterRank.isPresent())) {
      throw new ConversionException(
          "Cannot make a package of %d stages that takes adapters: expected one of the two. Merge the adapter with --merge-adapter, or leave --stages out."
              .formatted(stages));
    }
    prompts = Map.copyOf(prompts);
    adapters = List.copyOf(adapters);
  }

  /** Without adapters, prompts and progress. */
  public static ConversionRequest of(Path source, Path target, Precision precision) {
    return of(source.toString(), target, Storage.of(precision));
  }

  /** Without adapters, prompts and progress. */
  public static ConversionRequest of(String source, Path target, Storage storage) {
    return new ConversionRequest(
        source,
        target,
        storage,
        Optional.empty(),
        List.of(),
        OptionalInt.empty(),
        RopeFactors.AUTO,
        Optional.empty(),
        Map.of(),
        Examination.WHERE_IT_FITS,
        1,
        ProgressListener.SILENT);
  }

  public ConversionRequest withMergeAdapter(Path folder) {
    return changed(copy -> copy.mergeAdapter = Optional.of(folder));
  }

  public ConversionRequest withAdapters(List<Path> folders) {
    return changed(copy -> copy.adapters = folders);
  }

  public ConversionRequest withAdapterRank(int rank) {
    return changed(copy -> copy.adapterRank = OptionalInt.of(rank));
  }

  public ConversionRequest withRopeFactors(RopeFactors factors) {
    return changed(copy -> copy.ropeFactors = factors);
  }

  public ConversionRequest withConfig(String folder) {
    return changed(copy -> copy.config = Optional.of(folder));
  }

  public ConversionRequest withExamination(Examination chosen) {
    return changed(copy -> copy.examination = chosen);
  }

  public ConversionRequest withStages(int count) {
    return changed(copy -> copy.stages = count);
  }

  private ConversionRequest changed(Consumer<Changes> change) {
    Changes copy = new Changes();
    change.accept(copy);
    return new ConversionRequest(
        source,
        target,
        storage,
        copy.mergeAdapter,
        copy.adapters,
        copy.adapterRank,
        copy.ropeFactors,
        copy.config,
        prompts,
        copy.examination,
        copy.stages,
        progress);
  }

  /** The components that have a method to change them, as this request has them. */
  private final class Changes {
    private Optional<Path> mergeAdapter = ConversionRequest.this.mergeAdapter;
    private List<Path> adapters = ConversionRequest.this.adapters;
    private OptionalInt adapterRank = ConversionRequest.this.adapterRank;
    private RopeFactors ropeFactors = ConversionRequest.this.ropeFactors;
    private Optional<String> config = ConversionRequest.this.config;
    private Examination examination = ConversionRequest.this.examination;
    private int stages = ConversionRequest.this.stages;
  }
}
