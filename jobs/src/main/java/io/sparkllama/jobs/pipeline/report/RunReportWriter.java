package io.sparkllama.jobs.pipeline.report;

import static org.apache.spark.sql.functions.col;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.Main;
import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Source;
import io.sparkllama.jobs.pipeline.gate.QualityGate;
import io.sparkllama.jobs.pipeline.run.RunWatcher;
import io.sparkllama.jobs.pipeline.run.SourceRows;
import io.sparkllama.jobs.pipeline.state.Quarantine;
import io.sparkllama.jobs.pipeline.state.Results;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import io.sparkllama.jobs.pipeline.state.StateFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/**
 * Writes the page of a run whose pipeline was found to be right, also if the run fails later. A
 * page that cannot be written is told of and fails no run.
 */
public final class RunReportWriter implements RunWatcher {

  private static final Set<Ending> WROTE = EnumSet.of(Ending.DONE, Ending.INCOMPLETE);
  private static final String TEMPLATES = RunReportWriter.class.getPackageName() + ".templates";

  private final QualityGate gate;
  private final Texts texts;
  private final Optional<String> file;
  private Optional<SparkSession> session = Optional.empty();
  private Optional<CheckedPipeline> pipeline = Optional.empty();

  /**
   * @param file path or URI; below the state folder by the run's id if it is empty
   */
  public RunReportWriter(QualityGate gate, Texts texts, Optional<String> file) {
    this.gate = gate;
    this.texts = texts;
    this.file = file;
  }

  @Override
  public void checked(SparkSession ofRun, CheckedPipeline checked, String runId) {
    session = Optional.of(ofRun);
    pipeline = Optional.of(checked);
  }

  @Override
  public void recorded(RunRecord run) {
    if (session.isEmpty()) {
      return;
    }
    try {
      String target = write(run);
      System.err.println("Report: " + target);
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      System.err.println("Cannot write the report: " + e + ". Check --report and its rights.");
    }
  }

  private String write(RunRecord run) throws IOException {
    StringOutput html = new StringOutput();
    TemplateEngine.createPrecompiled(
            null, ContentType.Html, RunReportWriter.class.getClassLoader(), TEMPLATES)
        .render("report.jte", report(run), html);
    Path target = new Path(file.orElse(state().reports() + "/" + run.runId() + ".html"));
    FileSystem files = target.getFileSystem(state().hadoop());
    Path part = new Path(target.getParent(), "." + target.getName() + ".part");
    try (OutputStream out = files.create(part, true)) {
      out.write(html.toString().getBytes(StandardCharsets.UTF_8));
    }
    files.delete(target, false);
    if (!files.rename(part, target)) {
      throw new IOException("cannot rename " + part);
    }
    return target.toString();
  }

  private StateFolder state() {
    return StateFolder.of(session.orElseThrow(), pipeline.orElseThrow().definition());
  }

  private RunReport report(RunRecord run) {
    CheckedPipeline checked = pipeline.orElseThrow();
    Optional<Dataset<Row>> written = written(run);
    Optional<RowReports> rows = written.map(some -> new RowReports(checked, texts, some));
    return new RunReport(
        run,
        checked,
        gate.result(),
        Throughput.of(new Results(session.orElseThrow(), state()).ofRun(run.runId())),
        written.map(some -> new StepReports(checked, run.runId(), some).all()).orElse(List.of()),
        failed(run),
        rows.map(RowReports::longest).orElse(List.of()),
        rows.map(RowReports::samples).orElse(List.of()),
        versions());
  }

  /** Rows of the sink that the run has written; empty if there are none. */
  private Optional<Dataset<Row>> written(RunRecord run) {
    if (!WROTE.contains(run.outcome().ending()) || run.rows().todo() == 0) {
      return Optional.empty();
    }
    CheckedPipeline checked = pipeline.orElseThrow();
    Source sink = new Source("delta", checked.definition().sink(), Map.of(), Source.Reading.BATCH);
    return Optional.of(
        SourceRows.open(session.orElseThrow(), sink, checked.definition().places(), "sink")
            .rows()
            .where(col(CheckedPipeline.PROVENANCE + ".run_id").equalTo(run.runId())));
  }

  private List<RowReport> failed(RunRecord run) {
    return new Quarantine(session.orElseThrow(), state())
            .all()
            .where(col("run_id").equalTo(run.runId()))
            .orderBy("key")
            .limit(RowReports.MOST)
            .collectAsList()
            .stream()
            .map(
                row ->
                    new RowReport(
                        row.getAs("key"),
                        List.of(
                            row.getAs("step"),
                            String.valueOf(row.<Integer>getAs("attempt")),
                            row.getAs("reason")),
                        List.of()))
            .toList();
  }

  private Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    versions.put("Spark", session.orElseThrow().version());
    versions.put("Java", System.getProperty("java.version"));
    versions.put("spark-llama", Main.VERSION);
    return versions;
  }
}
