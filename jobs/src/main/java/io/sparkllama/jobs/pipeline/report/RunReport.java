package io.sparkllama.jobs.pipeline.report;

import io.sparkllama.jobs.console.Durations;
import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.gate.GateResult;
import io.sparkllama.jobs.pipeline.state.AnswerCounts;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the page says.
 *
 * @param run its figures, as the table of runs has them
 * @param pipeline that was run
 * @param gate how labelled rows did
 * @param throughput tokens a second over time
 * @param steps in the order of the pipeline
 * @param failed some of the rows that could not be answered
 * @param longest rows of most tokens
 * @param samples rows with their texts
 * @param versions of what ran it
 */
public record RunReport(
    RunRecord run,
    CheckedPipeline pipeline,
    Optional<GateResult> gate,
    Optional<BarChart> throughput,
    List<StepReport> steps,
    List<RowReport> failed,
    List<RowReport> longest,
    List<RowReport> samples,
    Map<String, String> versions) {

  /** As Spark's own pages hide them. */
  private static final Pattern SECRET = Pattern.compile("(?i)secret|password|token|access[.]?key");

  /**
   * A number of the run.
   *
   * @param column of the table of runs
   */
  public record Figure(String name, String column, long value) {}

  /** The numbers that come first. */
  public List<Figure> figures() {
    RowCounts rows = run.rows();
    AnswerCounts answers = run.answers();
    return List.of(
        new Figure("rows read", "rows_read", rows.read()),
        new Figure("new", "rows_added", rows.added()),
        new Figure("changed", "rows_changed", rows.changed()),
        new Figure("deleted", "rows_deleted", rows.deleted()),
        new Figure("without an answer", "rows_failed", rows.failed()),
        new Figure("answers asked", "answers_asked", answers.asked()),
        new Figure("answers reused", "answers_reused", answers.reused()),
        new Figure("requests", "requests", answers.requests()),
        new Figure("prompt tokens", "prompt_tokens", answers.promptTokens()),
        new Figure("generated tokens", "generated_tokens", answers.generatedTokens()));
  }

  /** Class of the colour of the run's end. */
  public String tone() {
    return switch (run.outcome().ending()) {
      case DONE -> "good";
      case INCOMPLETE -> "warn";
      default -> "bad";
    };
  }

  /** A moment to the second. */
  public String time(Instant moment) {
    return moment.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** How long it took. */
  public String time() {
    return Durations.text(run.seconds());
  }

  /** The gate's result as a sentence. */
  public String gateSummary() {
    String summary = gate.orElseThrow().summary();
    return summary.substring(0, 1).toUpperCase(Locale.ROOT) + summary.substring(1) + ".";
  }

  /** The version of a Delta source. */
  public String sourceVersion() {
    return run.sourceVersion().isPresent() ? ", version " + run.sourceVersion().getAsLong() : "";
  }

  /** What becomes of rows that cannot be answered. */
  public String onError() {
    return pipeline.definition().onError().name().toLowerCase(Locale.ROOT);
  }

  /** A conf's value, unless its name says that it is a secret. */
  public String shown(Map.Entry<String, String> conf) {
    return SECRET.matcher(conf.getKey()).find() ? "(hidden)" : conf.getValue();
  }

  /** A number with its thousands marked. */
  public static String number(long value) {
    return "%,d".formatted(value);
  }

  /** A share of 100 with a decimal. */
  public static String percent(double value) {
    return "%.1f %%".formatted(value);
  }
}
