package io.sparkllama.convert;

import io.sparkllama.model.Architecture;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What a conversion made.
 *
 * @param target the package
 * @param architecture the decoder's numbers
 * @param weights numbers written; a tied head counts twice
 * @param precision how they are stored
 * @param sourceBytes size of the source
 * @param targetBytes size of all files of the package
 * @param time from start to rename
 */
public record ConversionReport(
    Path target,
    Architecture architecture,
    long weights,
    Precision precision,
    long sourceBytes,
    long targetBytes,
    Duration time) {

  /** Stored bits for each weight, scales and tables included. */
  public double bitsPerWeight() {
    return 8.0 * targetBytes / weights;
  }
}
