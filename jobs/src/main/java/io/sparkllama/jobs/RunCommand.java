package io.sparkllama.jobs;

import io.sparkllama.jobs.console.ProgressDisplay;
import io.sparkllama.jobs.console.RunSummary;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.gate.QualityGate;
import io.sparkllama.jobs.pipeline.run.PipelineRun;
import io.sparkllama.jobs.pipeline.run.RunWatcher;
import io.sparkllama.jobs.pipeline.run.Scope;
import java.io.PrintWriter;
import java.util.List;
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

  @Override
  int call(SparkSession session, Pipeline pipeline, PrintWriter out) {
    Scope scope = retryQuarantined ? Scope.CHANGED_AND_QUARANTINED : Scope.CHANGED;
    QualityGate gate = new QualityGate();
    List<RunWatcher> watchers =
        List.of(gate, new ProgressDisplay(pipeline.name()), new RunSummary(pipeline, gate, out));
    return PipelineRun.run(session, pipeline, scope, watchers).outcome().ending().code();
  }
}
