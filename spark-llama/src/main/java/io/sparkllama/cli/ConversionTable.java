package io.sparkllama.cli;

import io.sparkllama.convert.ConversionReport;
import io.sparkllama.model.Deviation;
import io.sparkllama.runtime.ProcessMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A conversion's summary for people. */
final class ConversionTable {

  private final List<String> lines = new ArrayList<>();

  private ConversionTable() {}

  static List<String> lines(ConversionReport report) {
    ConversionTable table = new ConversionTable();
    table.model(report);
    table.quality(report);
    table.row("time", "%.1f s".formatted(report.time().toMillis() / 1000.0));
    ProcessMemory.peak()
        .ifPresent(bytes -> table.row("peak memory", "%,d MiB".formatted(bytes >> 20)));
    return table.lines;
  }

  private void model(ConversionReport report) {
    row("package", report.target().toString());
    row("layers", Integer.toString(report.architecture().layers()));
    row("parameters", "%,d".formatted(report.parameters()));
    row(
        "precision",
        "%s for %s"
            .formatted(report.storage().precision().label(), report.storage().device().label()));
    row("size", "%,d bytes from %,d".formatted(report.targetBytes(), report.sourceBytes()));
    row("bits per weight", "%.2f".formatted(report.bitsPerWeight()));
  }

  private void quality(ConversionReport report) {
    String calibration = report.calibration().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    row("calibration", calibration);
    row("weight error", "%.4f overall".formatted(report.weightError()));
    report
        .worstTensor()
        .ifPresent(
            worst -> row("", "%.4f at most, in %s".formatted(worst.getValue(), worst.getKey())));
    if (report.deviation().isEmpty()) {
      row("deviation", "not measured");
    }
    report.deviation().ifPresent(this::deviation);
  }

  private void deviation(Deviation deviation) {
    row(
        "deviation",
        "KL divergence %.4f nats from fp32, same best token %.1f %%"
            .formatted(deviation.divergence(), 100 * deviation.agreement()));
    row(
        "perplexity",
        "%.2f against %.2f, over %,d tokens"
            .formatted(
                deviation.perplexity(), deviation.referencePerplexity(), deviation.tokens()));
  }

  private void row(String name, String value) {
    lines.add("%-16s %s".formatted(name, value));
  }
}
