package io.sparkllama.cli;

import io.sparkllama.convert.measure.SelfTests;
import io.sparkllama.errors.ModelException;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a package's files and its answers. */
@Command(
    name = "verify",
    description =
        "Compares all files of a package with their hashes, and its logits for a few prompts with"
            + " those recorded when it was converted.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  spark-llama verify models/smollm2")
final class VerifyCommand implements Callable<Integer> {

  /** Processors round differently in the last digits, and 8-bit activations make steps of it. */
  private static final double TOLERANCE = 0.5;

  @Parameters(paramLabel = "MODEL_DIR", description = "Folder of the model package.")
  private String location;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ModelPackage model = ModelPackages.open(location, Optional.empty(), CacheSettings.defaults());
    PrintWriter out = spec.commandLine().getOut();
    List<Manifest.SelfTest> tests = model.manifest().map(Manifest::selfTest).orElse(List.of());
    if (model.manifest().isEmpty()) {
      out.println("files        not compared: the package has no " + Manifest.FILE_NAME);
    } else {
      out.printf("files        %d agree with their hashes%n", files(model));
    }
    if (tests.isEmpty()) {
      out.println("self-test    none recorded");
    } else {
      double difference =
          SelfTests.largestDifference(model, tests, Runtime.getRuntime().availableProcessors());
      requireClose(model, difference);
      out.printf(
          "self-test    %d prompts agree, largest difference of a logit %.2g%n",
          tests.size(), difference);
    }
    out.flush();
    return 0;
  }

  private static int files(ModelPackage model) {
    return model.manifest().map(manifest -> manifest.files().size()).orElse(0);
  }

  private static void requireClose(ModelPackage model, double difference) {
    if (!(difference <= TOLERANCE)) {
      throw new ModelException(
          "Invalid model %s: a logit of the self-test differs by %.3g from the one recorded, expected at most %s. Convert the model again on this machine, or run it on another."
              .formatted(model.folder(), difference, TOLERANCE));
    }
  }
}
