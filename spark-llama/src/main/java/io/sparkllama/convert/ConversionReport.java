package io.sparkllama.convert;

import io.sparkllama.model.Architecture;
import io.sparkllama.model.Deviation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a conversion made.
 *
 * @param target the package
 * @param architecture the decoder's numbers
 * @param parameters numbers of the model; a tied head counts once
 * @param storage how they are stored
 * @param sourceBytes size of the source's weights
 * @param targetBytes size of all files of the package
 * @param weightErrors by tensor, root of the squared differences over the squared values
 * @param weightError the same over all tensors together
 * @param calibration whether rounding looked at typical inputs
 * @param deviation from the fp32 values over held-out text, where these could be run
 * @param time from start to rename
 */
public record ConversionReport(
    Path target,
    Architecture architecture,
    long parameters,
    Storage storage,
    long sourceBytes,
    long targetBytes,
    Map<String, Double> weightErrors,
    double weightError,
    Calibration calibration,
    Optional<Deviation> deviation,
    Duration time) {

  /** Whether rounding looked at typical inputs. */
  public enum Calibration {
    CALIBRATED,
    /** The precision makes no use of it. */
    NOT_NEEDED,
    /** The fp32 values do not fit into memory, or were not to be run. */
    LEFT_OUT
  }

  public ConversionReport {
    weightErrors = Map.copyOf(weightErrors);
  }

  /** Stored bits for each parameter, scales and tables included. */
  public double bitsPerWeight() {
    return 8.0 * targetBytes / parameters;
  }

  /** The tensor that lost most. */
  public Optional<Map.Entry<String, Double>> worstTensor() {
    return weightErrors.entrySet().stream().max(Map.Entry.comparingByValue());
  }
}
