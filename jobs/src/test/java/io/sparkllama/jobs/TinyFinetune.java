package io.sparkllama.jobs;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command with the tiny model, and options for a few rows. */
final class TinyFinetune {

  static final Path BASE = Path.of(System.getProperty("fixtures"), "tiny-llama3", "hf");

  private TinyFinetune() {}

  /** A package that takes adapters of rank 8. */
  static Path convert(Path target) {
    Converter.convert(
        ConversionRequest.of(BASE, target, Precision.FP32)
            .withAdapterRank(8)
            .withExamination(ConversionRequest.Examination.NONE));
    return target;
  }

  /**
   * @param more options, which count where one is here too
   */
  static String[] words(Path model, Path input, Path output, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "finetune",
                "--model",
                model.toString(),
                "--base",
                BASE.toString(),
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--threads",
                "1"));
    List<String> given = List.of(more);
    words.addAll(given);
    List<String> defaults =
        List.of(
            "--rank", "8", "--learning-rate", "5e-3", "--batch-tokens", "130", "--held-out", "0");
    for (int i = 0; i < defaults.size(); i += 2) {
      if (!given.contains(defaults.get(i))) {
        words.addAll(defaults.subList(i, i + 2));
      }
    }
    return words.toArray(String[]::new);
  }
}
