package io.sparkllama.jobs.audit;

import io.sparkllama.jobs.console.TextTable;
import io.sparkllama.jobs.pipeline.definition.Audit;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;

/** An audit as its user reads it. */
final class AuditReport {

  static final double LEVEL = 0.95;

  private final Audit audit;
  private final List<Pairs> pairs;
  private final List<Difference> differences;

  AuditReport(Audit audit, List<Pairs> pairs, List<Difference> differences) {
    this.audit = audit;
    this.pairs = pairs;
    this.differences = differences;
  }

  void print(PrintWriter out) {
    TextTable table =
        new TextTable(
            "attribute", "groups", "label", "pairs", "shares", "difference", "95 % interval", "p");
    for (Difference difference : differences) {
      PairedShares shares = difference.shares();
      ConfidenceInterval interval = shares.interval(LEVEL);
      table.add(
          difference.attribute(),
          difference.group() + ", " + difference.other(),
          difference.label(),
          shares.pairs(),
          "%.3f, %.3f".formatted(shares.share(), shares.otherShare()),
          "%+.3f".formatted(shares.difference()),
          "%+.3f to %+.3f".formatted(interval.getLowerBound(), interval.getUpperBound()),
          probability(shares.pValue()));
    }
    table.print(out);
    out.println();
    pairs.forEach(groups -> print(out, groups));
    largest(differences)
        .ifPresent(
            most ->
                out.printf(
                    "%nLargest difference: %.3f, of %s between %s and %s (%s).%n",
                    most.size(), most.label(), most.group(), most.other(), most.attribute()));
  }

  private void print(PrintWriter out, Pairs groups) {
    out.printf(
        "%s: %,d of %,d pairs of %s and %s have unequal answers%s.%n",
        groups.attribute(),
        groups.unequal(),
        groups.pairs().size(),
        groups.group(),
        groups.other(),
        groups
            .worst()
            .map(
                worst ->
                    ", most of them (%d of %d) in \"%s\""
                        .formatted(worst.unequal(), worst.pairs(), template(groups, worst)))
            .orElse(""));
  }

  private String template(Pairs groups, Pairs.Worst worst) {
    return audit.attributes().stream()
        .filter(attribute -> attribute.name().equals(groups.attribute()))
        .findFirst()
        .orElseThrow()
        .templates()
        .get(worst.template());
  }

  private static String probability(double value) {
    return value < 0.0001 ? "<0.0001" : "%.4f".formatted(value);
  }

  static Optional<Difference> largest(List<Difference> differences) {
    return differences.stream().max(Comparator.comparingDouble(Difference::size));
  }
}
