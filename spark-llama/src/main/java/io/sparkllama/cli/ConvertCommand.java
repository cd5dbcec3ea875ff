package io.sparkllama.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import io.sparkllama.convert.ConversionReport;
import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import io.sparkllama.convert.RopeFactors;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.PromptTemplate;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a model package from a GGUF file. */
@Command(
    name = "convert",
    description = "Makes a model package from a GGUF file.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer =
        "  spark-llama convert SmolLM2-135M-Instruct.Q4_1.gguf models/smollm2 --precision w8a8")
final class ConvertCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "SOURCE.gguf", description = "File to convert.")
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
              + " VNNI, else int8.")
  private Precision precision = Precision.defaultForCpu();

  @Option(
      names = "--merge-adapter",
      paramLabel = "PEFT_DIR",
      description = "LoRA adapter to add to the weights.")
  private Path adapter;

  @Option(
      names = "--rope-factors",
      paramLabel = "NAME",
      description =
          "Divisors of rotary frequencies in the file: ${COMPLETION-CANDIDATES}. Default: auto,"
              + " which applies them to contexts of more than 8192 tokens.")
  private RopeFactors ropeFactors = RopeFactors.AUTO;

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
    try (ConversionProgress progress = ConversionProgress.start()) {
      return Converter.convert(
          new ConversionRequest(
              source,
              target,
              new Storage(precision, block, device),
              Optional.ofNullable(mergeAdapter),
              adapters,
              rank > 0 ? OptionalInt.of(rank) : OptionalInt.empty(),
              ropeFactors,
              readPrompts(),
              examination,
              progress));
    }
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
    out.printf("package          %s%n", report.target());
    out.printf("layers           %d%n", report.architecture().layers());
    out.printf("weights          %,d%n", report.weights());
    out.printf("precision        %s%n", report.precision().label());
    out.printf("size             %,d bytes from %,d%n", report.targetBytes(), report.sourceBytes());
    out.printf("bits per weight  %.2f%n", report.bitsPerWeight());
    out.printf("time             %.1f s%n", report.time().toMillis() / 1000.0);
    out.flush();
  }
}
