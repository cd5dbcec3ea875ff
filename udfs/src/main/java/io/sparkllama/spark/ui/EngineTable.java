package io.sparkllama.spark.ui;

import io.sparkllama.engine.EngineLoad;
import io.sparkllama.engine.EngineStats;
import io.sparkllama.spark.engine.EngineState;
import io.sparkllama.spark.monitor.EngineReport;
import io.sparkllama.spark.monitor.EngineSample;
import java.util.List;
import java.util.Locale;
import scala.xml.Utility;

/** Reports as HTML: a line of sums, and a table with a row for each engine. */
final class EngineTable {

  /** On a narrow screen a row becomes a card, and each cell says what it is. */
  private static final String STYLE =
      """
      <style>
      .llama-engines td { vertical-align: top; }
      .llama-engines small { display: block; opacity: .7; }
      .llama-model { overflow-wrap: anywhere; }
      @media (max-width: 900px) {
        .llama-engines thead { display: none; }
        .llama-engines tr { display: block; margin-bottom: 1rem; border: 1px solid #ccc; }
        .llama-engines td { display: flex; justify-content: space-between; gap: 1rem;
          border: 0; text-align: right; }
        .llama-engines td::before { content: attr(data-label); font-weight: bold;
          text-align: left; white-space: nowrap; }
      }
      </style>
      """;

  private static final List<String> COLUMNS =
      List.of(
          "Executor",
          "Model",
          "Device",
          "Slots in use",
          "KV cache",
          "Tokens/s now",
          "Requests",
          "Tokens",
          "Memory",
          "Seen");

  private final List<EngineReport> reports;
  private final long now;

  /**
   * @param now milliseconds since the epoch
   */
  EngineTable(List<EngineReport> reports, long now) {
    this.reports = reports;
    this.now = now;
  }

  String html() {
    List<EngineSample> engines =
        reports.stream().flatMap(report -> report.engines().stream()).toList();
    if (engines.isEmpty()) {
      return "<p>No engine is open. The first task that calls a llama function opens one on its"
          + " executor; with spark.llama.preload=true executors open it when they start.</p>";
    }
    StringBuilder page = new StringBuilder(STYLE).append(sums(engines));
    page.append("<table class=\"table table-bordered table-sm table-striped llama-engines\">");
    page.append("<thead><tr>");
    COLUMNS.forEach(column -> page.append("<th>").append(column).append("</th>"));
    page.append("</tr></thead><tbody>");
    for (EngineReport report : reports) {
      report.engines().forEach(engine -> page.append(row(report, engine)));
    }
    return page.append("</tbody></table>").append(LEGEND).toString();
  }

  private static final String LEGEND =
      "<p><small>Executors report every 3 seconds while something moves; reload the page for newer"
          + " numbers. KV cache: tokens that slots hold, those of ended rows included, which stay"
          + " for prompts that begin alike. Memory: what the engine takes outside the Java heap"
          + " when all slots are full, and what the executor's process has now.</small></p>";

  private static String sums(List<EngineSample> engines) {
    long inUse = engines.stream().mapToLong(engine -> engine.state().load().slotsInUse()).sum();
    long slots = engines.stream().mapToLong(engine -> engine.state().load().slots()).sum();
    long waiting = engines.stream().mapToLong(engine -> engine.state().load().waiting()).sum();
    double read = engines.stream().mapToDouble(EngineSample::promptTokensPerSecond).sum();
    double written = engines.stream().mapToDouble(EngineSample::generatedTokensPerSecond).sum();
    return format(
        "<p><strong>%,d</strong> engines, <strong>%,d of %,d</strong> slots in use, %,d requests"
            + " waiting, <strong>%,.0f</strong> prompt and <strong>%,.0f</strong> generated"
            + " tokens/s now</p>",
        engines.size(), inUse, slots, waiting, read, written);
  }

  private String row(EngineReport report, EngineSample sample) {
    EngineState state = sample.state();
    EngineLoad load = state.load();
    EngineStats stats = state.stats();
    return "<tr>"
        + cell(0, escape(report.executor()), escape(report.host()))
        + cell(1, model(state), "SHA-256 " + state.modelSha256().substring(0, 12))
        + cell(2, escape(state.device().label()), gpus(report))
        + cell(
            3,
            format("%,d of %,d", load.slotsInUse(), load.slots()),
            format("%,d waiting", load.waiting()))
        + cell(
            4,
            format("%.1f %%", 100 * load.occupancy()),
            format("%,d of %,d tokens", load.heldTokens(), (long) load.slots() * load.capacity()))
        + cell(
            5,
            format("%,.0f prompt", sample.promptTokensPerSecond()),
            format("%,.0f generated", sample.generatedTokensPerSecond()))
        + cell(
            6,
            format("%,d", stats.requests()),
            format(
                "%,d rejected, %,d failed, %,d cancelled",
                stats.rejected(), stats.failed(), stats.cancelled()))
        + cell(
            7,
            format("%,d prompt, %,d reused", stats.promptTokens(), stats.reusedTokens()),
            format("%,d generated", stats.generatedTokens()))
        + cell(
            8,
            format("%,d MiB", state.memory() >> 20),
            format("process %,d MiB", report.residentBytes() >> 20))
        + cell(9, format("%,d s ago", Math.max(0, now - report.millis()) / 1000), "")
        + "</tr>";
  }

  private static String model(EngineState state) {
    return "<span class=\"llama-model\">" + escape(state.model()) + "</span>";
  }

  private static String gpus(EngineReport report) {
    return report.gpus().isEmpty() ? "" : "GPUs given: " + escape(String.join(", ", report.gpus()));
  }

  private static String cell(int column, String value, String detail) {
    return format(
        "<td data-label=\"%s\"><div>%s<small>%s</small></div></td>",
        COLUMNS.get(column), value, detail);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private static String escape(String text) {
    return Utility.escape(text);
  }
}
