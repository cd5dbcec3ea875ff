package io.sparkllama.jobs.pipeline.explain;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.StepCall;
import java.io.PrintWriter;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** Tells the story of a row on a terminal. */
public final class RowStoryText {

  /** Whether texts of the row are shown. */
  public enum Texts {
    HIDDEN,
    SHOWN
  }

  private final RowStory story;
  private final Texts texts;
  private final PrintWriter out;

  public RowStoryText(RowStory story, Texts texts, PrintWriter out) {
    this.story = story;
    this.texts = texts;
    this.out = out;
  }

  /** Prints all of it. */
  public void print() {
    out.printf("Row %s of pipeline %s%n", story.key(), story.pipeline().definition().name());
    story.written().ifPresentOrElse(this::printWritten, this::printMissing);
    printQuarantine();
  }

  private void printMissing() {
    line(
        "sink",
        story.sink() == RowStory.Sink.THERE
            ? "has no such row"
            : "is not there yet: "
                + story.pipeline().definition().sink().text()
                + ". Run the pipeline.");
    line(
        "source", story.sourceHash().map(hash -> "has it, hash " + hash).orElse("has no such row"));
  }

  private void printWritten(Row row) {
    Row provenance = row.getAs(CheckedPipeline.PROVENANCE);
    line("written by run", told(provenance, "run_id") + " at " + told(provenance, "time"));
    line("source version", version(told(provenance, "run_id")));
    line("source hash", told(provenance, "source_hash") + ", " + sourceNow(provenance));
    line("configuration", told(provenance, "configuration") + ", " + configurationNow(provenance));
    if (texts == Texts.SHOWN) {
      story.pipeline().steps().stream()
          .flatMap(step -> step.step().inputs().stream())
          .distinct()
          .filter(name -> isSource(name))
          .forEach(name -> line("column " + name, told(row, name)));
    }
    Row steps = provenance.getAs("steps");
    story.pipeline().steps().forEach(step -> printStep(step, row, provenance, steps));
  }

  private boolean isSource(String name) {
    return story.pipeline().steps().stream()
        .noneMatch(step -> step.column().equalsIgnoreCase(name));
  }

  private String version(String runId) {
    return Optional.ofNullable(story.runs().get(runId))
        .map(run -> run.getAs("source_version"))
        .map(String::valueOf)
        .orElse("none, since the source is no Delta table");
  }

  private String sourceNow(Row provenance) {
    return story
        .sourceHash()
        .map(
            hash ->
                hash.equals(told(provenance, "source_hash"))
                    ? "as the source is now"
                    : "the source has changed since")
        .orElse("the source has no such row now");
  }

  private String configurationNow(Row provenance) {
    return told(provenance, "configuration").equals(story.pipeline().configuration())
        ? "as the pipeline is now"
        : "the pipeline has changed since";
  }

  private void printStep(StepCall step, Row row, Row provenance, Row steps) {
    out.printf("%nStep %s: %s%n", step.column(), step.sql());
    int index = index(steps, step.column());
    if (index < 0 || steps.isNullAt(index)) {
      line(
          "answer", index < 0 ? "the row was written before this step" : "none, the input is NULL");
      return;
    }
    Row told = steps.getStruct(index);
    line("task", told(told, "task") + ", prompt version " + told(told, "prompt_version"));
    line("model", told(told, "model_sha256"));
    line("adapter", told(told, "adapter").isEmpty() ? "none" : told(told, "adapter"));
    line("seed", told(told, "seed"));
    if (told.getAs("error") != null) {
      line("error", told(told, "error"));
    }
    line("finish reason", told(told, "finish_reason"));
    line(
        "tokens",
        "%s of the prompt, %s generated"
            .formatted(told(told, "prompt_tokens"), told(told, "generated_tokens")));
    line(
        "answered by run",
        "%s at %s%s"
            .formatted(
                told(told, "run_id"),
                told(told, "time"),
                told(told, "run_id").equals(told(provenance, "run_id")) ? "" : ", reused"));
    line("result key", told(told, "result_key"));
    if (texts == Texts.SHOWN) {
      line("answer", told(row, step.column()));
    }
  }

  private static int index(Row steps, String column) {
    return java.util.Arrays.asList(steps.schema().fieldNames()).indexOf(column);
  }

  private void printQuarantine() {
    if (story.quarantine().isEmpty()) {
      out.printf("%nNever in quarantine.%n");
      return;
    }
    out.printf("%nQuarantine:%n");
    for (Row entry : story.quarantine()) {
      out.printf(
          "  %s  step %s, attempt %s, run %s, %s: %s%n",
          told(entry, "time"),
          told(entry, "step"),
          told(entry, "attempt"),
          told(entry, "run_id"),
          entry.<Boolean>getAs("open") ? "still there" : "resolved",
          told(entry, "reason"));
    }
  }

  private void line(String name, String value) {
    out.printf("  %-16s %s%n", name, value);
  }

  private static String told(Row row, String field) {
    return String.valueOf(row.<Object>getAs(field));
  }
}
