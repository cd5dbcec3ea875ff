package io.sparkllama.jobs;

import io.sparkllama.jobs.console.Durations;
import io.sparkllama.jobs.console.TextTable;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.run.PipelinePlan;
import io.sparkllama.jobs.pipeline.run.PipelineRun;
import io.sparkllama.jobs.pipeline.run.RunOption;
import io.sparkllama.jobs.pipeline.run.StepPlan;
import io.sparkllama.jobs.pipeline.state.PastSpeed;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import io.sparkllama.jobs.pipeline.state.Runs;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says what a run would do. */
@Command(
    name = "plan",
    description =
        "Says what a run would do now: rows, requests, tokens and time. Asks the model nothing and"
            + " writes nothing. Labelled rows of a quality gate are not counted.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  plan pipeline.yaml")
final class PlanCommand extends PipelineCommand {

  @Option(
      names = "--retry-quarantined",
      description = "Counts the rows in quarantine too, as run --retry-quarantined asks them.")
  private boolean retryQuarantined;

  @Override
  int call(SparkSession session, Pipeline pipeline, PrintWriter out) {
    Set<RunOption> options = retryQuarantined ? Set.of(RunOption.RETRY_QUARANTINED) : Set.of();
    PipelinePlan plan = PipelineRun.plan(session, pipeline, options);
    RowCounts rows = plan.rows();
    new TextTable("rows read", "new", "changed", "deleted")
        .add(rows.read(), rows.added(), rows.changed(), rows.deleted())
        .print(out);
    out.println();
    new TextTable("answers to ask", "reused").add(plan.asked(), plan.reused()).print(out);
    out.println();
    TextTable steps =
        new TextTable(
            "step", "to ask", "requests", "refused", "prompt tokens", "most new tokens", "basis");
    plan.steps().forEach(step -> add(steps, step));
    steps.print(out);
    out.println();
    out.println(time(plan, session));
    return Ending.DONE.code();
  }

  private static void add(TextTable table, StepPlan step) {
    Optional<StepPlan.Size> size = step.size();
    table.add(
        step.column(),
        step.asked(),
        size.<Object>map(StepPlan.Size::requests).orElse("-"),
        size.<Object>map(StepPlan.Size::refused).orElse("-"),
        size.<Object>map(StepPlan.Size::promptTokens).orElse("-"),
        size.<Object>map(StepPlan.Size::mostNewTokens).orElse("-"),
        step.basis());
  }

  private static String time(PipelinePlan plan, SparkSession session) {
    if (plan.asked() == 0) {
      return "Time: nothing is to be asked.";
    }
    List<StepPlan> asking = plan.steps().stream().filter(step -> step.asked() > 0).toList();
    if (asking.stream().anyMatch(step -> step.size().isEmpty())) {
      return "Time: not known, since a step's inputs are answers of another.";
    }
    long tokens = asking.stream().mapToLong(step -> step.size().get().promptTokens()).sum();
    Runs runs = Runs.of(session, plan.pipeline().definition());
    return PastSpeed.of(runs, plan.pipeline().modelSha256())
        .map(
            speed ->
                "Time: about %s at %,.0f prompt tokens/s, the speed from start to end of %s with this model."
                    .formatted(
                        Durations.text(tokens / speed.promptTokensPerSecond()),
                        speed.promptTokensPerSecond(),
                        speed.runs() == 1 ? "the last run" : "the last " + speed.runs() + " runs"))
        .orElse("Time: not known, since no run of this pipeline has asked this model yet.");
  }
}
