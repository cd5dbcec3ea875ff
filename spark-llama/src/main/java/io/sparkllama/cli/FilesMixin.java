package io.sparkllama.cli;

import io.sparkllama.errors.RequestException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where lines come from and where answers go. */
final class FilesMixin {

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "JSON lines to answer (default: standard input).")
  private Path input;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where the answers go (default: standard output). The file appears when all are there.")
  private Path output;

  BufferedReader reader() {
    return input == null ? lines(System.in) : open(input);
  }

  static BufferedReader open(Path file) {
    try {
      return lines(Files.newInputStream(file));
    } catch (IOException e) {
      throw new RequestException(
          "Cannot read the input %s: %s. Check the path and its rights.".formatted(file, e), e);
    }
  }

  /** Bytes that are not UTF-8 are read as U+FFFD. */
  static BufferedReader lines(InputStream stream) {
    return new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  LineOutput writer() {
    return LineOutput.open(Optional.ofNullable(output));
  }

  /** A bar would run into answers on the same terminal, and has no place in a log. */
  boolean showsProgress() {
    return output != null && Terminal.showsStandardError();
  }
}
