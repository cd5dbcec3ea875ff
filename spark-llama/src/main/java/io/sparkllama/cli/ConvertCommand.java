package io.sparkllama.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import io.sparkllama.convert.ConversionReport;
import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Device;
import io.sparkllama.convert.Precision;
import io.sparkllama.convert.RopeFactors;
import io.sparkllama.convert.Storage;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.PromptTemplate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a model package from a GGUF file. */
@Command(
    name = "convert",
    description = "Makes a model package from a GGUF file or a folder of the transformers library.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  spark-llama convert SmolLM2-135M-Instruct.Q4_1.gguf models/smollm2 --precision w8a8",
      "  spark-llama convert hdfs:///checkpoints/llama-3.2-1b models/llama --precision mixed"
    })
final class ConvertCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description =
          "GGUF file, or folder with config.json, tokenizer.json and safetensors; a path, or the"
              + " URI of any file system that the Hadoop client knows.")
  private String source;

  @Parameters(
      index = "1",
      paramLabel = "TARGET_DIR",
      description = "Folder to make; it appears when it is complete.")
  private Path target;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      description =
          "How weights are stored: ${COMPLETION-CANDIDATES}. Default: w8a8 on processors with"
              + " VNNI, else int8; bf16 for cuda.")
  private Precision precision;

  @Option(
      names = "--block",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "Weights that share a scale in int8, int4 and mixed: 32, 64 or 128 (default:"
              + " ${DEFAULT-VALUE}). Larger is smaller and faster, and less exact.")
  private int block;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cpu",
      description =
          "Where the package is going to run: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}).")
  private Device device;

  @Option(
      names = "--merge-adapter",
      paramLabel = "PEFT_DIR",
      description = "LoRA adapter to add to the weights.")
  private Path mergeAdapter;

  @Option(
      names = "--adapter",
      paramLabel = "PEFT_DIR",
      description =
          "LoRA adapter that the package carries, to be chosen for each request. May be repeated.")
  private List<Path> adapters = List.of();

  @Option(
      names = "--lora-rank",
      paramLabel = "N",
      defaultValue = "0",
      description = "Largest rank of LoRA adapters that may be added later (default: none may).")
  private int rank;

  @Option(
      names = "--examination",
      paramLabel = "NAME",
      defaultValue = "where_it_fits",
      description =
          "Whether to run the fp32 values, for calibration and to measure the result:"
              + " ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ConversionRequest.Examination examination;

  @Option(
      names = "--stages",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Parts of about as many layers each, for models that are too large for one device; an"
              + " engine keeps all of them busy (default: ${DEFAULT-VALUE}).")
  private int stages;

  @Option(
      names = "--rope-factors",
      paramLabel = "NAME",
      description =
          "Divisors of rotary frequencies in the file: ${COMPLETION-CANDIDATES}. Default: auto,"
              + " which applies them to contexts of more than 8192 tokens.")
  private RopeFactors ropeFactors = RopeFactors.AUTO;

  @Option(
      names = "--config",
      paramLabel = "DIR",
      description =
          "Folder whose config.json, tokenizer.json and chat template are taken instead of the"
              + " source's, such as one of transformers.js.")
  private String config;

  @Option(
      names = "--prompts",
      paramLabel = "FILE.json",
      description = "Prompts that the package carries: task name to version, system and user.")
  private Path prompts;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    print(convert());
    return 0;
  }

  private ConversionReport convert() {
    try (PercentBar progress = PercentBar.start("convert")) {
      return Converter.convert(
          new ConversionRequest(
              source,
              target,
              new Storage(chosenPrecision(), block, device),
              Optional.ofNullable(mergeAdapter),
              adapters,
              rank > 0 ? OptionalInt.of(rank) : OptionalInt.empty(),
              ropeFactors,
              Optional.ofNullable(config),
              readPrompts(),
              examination,
              stages,
              progress::advanced));
    }
  }

  private Precision chosenPrecision() {
    if (precision != null) {
      return precision;
    }
    return device == Device.CUDA ? Precision.BF16 : Precision.defaultForCpu();
  }

  private Map<String, PromptTemplate> readPrompts() {
    if (prompts == null) {
      return Map.of();
    }
    try {
      return JsonLine.JSON.readValue(prompts.toFile(), new TypeReference<>() {});
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot read the prompts %s: %s. Give a JSON object of task names, each with version, system and user."
              .formatted(prompts, e.getMessage()),
          e);
    }
  }

  private void print(ConversionReport report) {
    PrintWriter out = spec.commandLine().getOut();
    ConversionTable.lines(report).forEach(out::println);
    out.flush();
  }
}
