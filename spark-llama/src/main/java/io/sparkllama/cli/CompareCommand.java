package io.sparkllama.cli;

import io.sparkllama.convert.measure.DeviationMeter;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.Deviation;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures how far a package is from another one of the same model. */
@Command(
    name = "compare",
    description =
        "Measures how far a package's answers are from those of another one, which the CPU reads"
            + " whatever the device.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  spark-llama compare models/smollm2-fp32 models/smollm2 --text texts.txt")
final class CompareCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "REFERENCE_DIR", description = "Package that is right.")
  private String reference;

  @Parameters(index = "1", paramLabel = "MODEL_DIR", description = "Package to measure.")
  private String model;

  @Option(
      names = "--text",
      required = true,
      paramLabel = "FILE",
      description = "Text to read, in windows of 256 tokens.")
  private Path text;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "20480",
      description = "Most tokens to read (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Mixin private DeviceMixin device;

  @Spec private CommandSpec spec;

  private static final int WINDOW = 256;

  @Override
  public Integer call() {
    ModelPackage first = open(reference);
    Deviation deviation =
        DeviationMeter.compare(
            first,
            open(model),
            windows(first),
            Runtime.getRuntime().availableProcessors(),
            device.chosen());
    PrintWriter out = spec.commandLine().getOut();
    out.printf("tokens                %,d%n", deviation.tokens());
    out.printf("KL divergence         %.5f nats%n", deviation.divergence());
    out.printf("top-1 agreement       %.2f %%%n", 100 * deviation.agreement());
    out.printf("perplexity            %.4f%n", deviation.perplexity());
    out.printf("reference perplexity  %.4f%n", deviation.referencePerplexity());
    out.flush();
    return 0;
  }

  private static ModelPackage open(String location) {
    return ModelPackages.open(location, Optional.empty(), CacheSettings.defaults());
  }

  private List<Tokens> windows(ModelPackage source) {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(source)) {
      Tokens all = tokenizer.encode(Files.readString(text));
      int end = Math.min(all.length(), tokens);
      List<Tokens> windows = new ArrayList<>();
      for (int at = 0; at + 1 < end; at += WINDOW) {
        windows.add(all.slice(at, Math.min(end, at + WINDOW)));
      }
      if (windows.isEmpty()) {
        throw new RequestException(
            "Cannot compare: found no two tokens in %s, expected text. Name another file."
                .formatted(text));
      }
      return windows;
    } catch (IOException e) {
      throw new RequestException(
          "Cannot read %s: %s. Check the path and its rights.".formatted(text, e), e);
    }
  }
}
