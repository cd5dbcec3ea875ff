package io.sparkllama.jobs;

import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.run.PipelineRun;
import io.sparkllama.jobs.pipeline.run.RunOption;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
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

  @Override
  int call(SparkSession session, Pipeline pipeline, PrintWriter out) {
    RunRecord run = PipelineRun.run(session, pipeline, options(), List.of());
    print(run, pipeline, out);
    return run.outcome().ending().code();
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

  private static void print(RunRecord run, Pipeline pipeline, PrintWriter out) {
    out.printf("run       %s %s%n", run.runId(), run.outcome().ending().word());
    out.printf(
        "rows      %,d read, %,d new, %,d changed, %,d deleted, %,d without an answer%n",
        run.rows().read(),
        run.rows().added(),
        run.rows().changed(),
        run.rows().deleted(),
        run.rows().failed());
    out.printf(
        "answers   %,d asked, %,d reused; %,d requests, %,d prompt and %,d generated tokens%n",
        run.answers().asked(),
        run.answers().reused(),
        run.answers().requests(),
        run.answers().promptTokens(),
        run.answers().generatedTokens());
    out.printf("seconds   %.1f%n", run.seconds());
    out.printf("sink      %s%n", pipeline.sink().text());
  }
}
