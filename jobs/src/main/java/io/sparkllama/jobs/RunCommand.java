package io.sparkllama.jobs;

import io.sparkllama.jobs.console.ProgressDisplay;
import io.sparkllama.jobs.console.RunSummary;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.gate.QualityGate;
import io.sparkllama.jobs.pipeline.report.RunReportWriter;
import io.sparkllama.jobs.pipeline.report.Texts;
import io.sparkllama.jobs.pipeline.run.PipelineRun;
import io.sparkllama.jobs.pipeline.run.RunOption;
import io.sparkllama.jobs.pipeline.run.RunWatcher;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a pipeline once. */
@Command(
    name = "run",
    description = "Brings the sink of a pipeline up to date with its source.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  run pipeline.yaml")
final class RunCommand extends PipelineCommand {

  @Option(
      names = "--retry-quarantined",
      description = "Asks about the rows in quarantine once more.")
  private boolean retryQuarantined;

  @Option(
      names = "--full",
      description = "Compares every row, although a change data feed says which have changed.")
  private boolean full;

  @Option(
      names = "--wait",
      description = "Waits for the end of another run of the pipeline instead of failing.")
  private boolean wait;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Where the HTML report goes: a path, or a URI of any Hadoop file system. Default: the state"
              + " folder, reports/RUN.html.")
  private String report;

  @Option(
      names = "--show-text",
      description = "Shows texts of some rows in the report, which has none of them otherwise.")
  private boolean showText;

  @Override
  int call(SparkSession session, Pipeline pipeline, PrintWriter out) {
    QualityGate gate = new QualityGate();
    List<RunWatcher> watchers =
        List.of(
            new RunReportWriter(
                gate,
                showText ? Texts.SHOWN : Texts.HIDDEN,
                Optional.ofNullable(report).map(TextFile::uri)),
            gate,
            new ProgressDisplay(pipeline.name()),
            new RunSummary(pipeline, gate, out));
    return PipelineRun.run(session, pipeline, options(), watchers).outcome().ending().code();
  }

  private Set<RunOption> options() {
    Set<RunOption> options = EnumSet.noneOf(RunOption.class);
    if (retryQuarantined) {
      options.add(RunOption.RETRY_QUARANTINED);
    }
    if (full) {
      options.add(RunOption.FULL);
    }
    if (wait) {
      options.add(RunOption.WAIT);
    }
    return options;
  }
}
