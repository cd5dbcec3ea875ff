package io.sparkllama.convert.measure;

import io.sparkllama.model.Deviation;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.DecoderOptions;
import io.sparkllama.runtime.Decoders;
import io.sparkllama.runtime.Logits;
import io.sparkllama.tokenizer.Tokens;
import java.util.List;
import java.util.stream.IntStream;

/** Runs two models over the same text, side by side. */
public final class DeviationMeter {

  /** Positions whose logits are computed in one pass. */
  private static final int STEP = 64;

  private final Decoder reference;
  private final Decoder candidate;
  private final DeviationSums sums = new DeviationSums();

  private DeviationMeter(Decoder reference, Decoder candidate) {
    this.reference = reference;
    this.candidate = candidate;
  }

  /**
   * @param windows texts of at least two tokens, each read from its own start
   * @param threads native threads, at least 1
   */
  public static Deviation compare(
      ModelPackage reference, ModelPackage candidate, List<Tokens> windows, int threads) {
    return compare(reference, candidate, windows, threads, ComputeDevice.CPU);
  }

  /**
   * @param device that reads the candidate
   */
  public static Deviation compare(
      ModelPackage reference,
      ModelPackage candidate,
      List<Tokens> windows,
      int threads,
      ComputeDevice device) {
    int longest = windows.stream().mapToInt(Tokens::length).max().orElseThrow();
    // Logits come for as many positions as there are slots; memory of unused slots stays untouched.
    DecoderOptions options = new DecoderOptions(STEP, longest, threads);
    try (Decoder first = Decoders.open(reference, options);
        Decoder second = Decoders.open(candidate, options.on(device))) {
      DeviationMeter meter = new DeviationMeter(first, second);
      windows.forEach(meter::read);
      return meter.sums.deviation();
    }
  }

  private void read(Tokens window) {
    for (int at = 0; at < window.length() - 1; at += STEP) {
      int start = at;
      Tokens part = window.slice(start, Math.min(window.length() - 1, start + STEP));
      Logits expected = reference.prefill(0, start, part, part.length());
      Logits found = candidate.prefill(0, start, part, part.length());
      IntStream.range(0, part.length())
          .parallel()
          .forEach(
              i -> sums.add(expected.copyOfRow(i), found.copyOfRow(i), window.at(start + i + 1)));
    }
  }
}
