package io.sparkllama.jobs;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.gate.QualityGate;
import io.sparkllama.jobs.pipeline.run.PipelineRun;
import io.sparkllama.jobs.pipeline.run.PipelineSession;
import java.io.PrintWriter;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;

/** Checks a pipeline file. */
@Command(
    name = "validate",
    description = "Checks a pipeline file against its source, its sink and its model.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  validate pipeline.yaml")
final class ValidateCommand extends PipelineCommand {

  @Override
  int call(SparkSession session, Pipeline pipeline, PrintWriter out) {
    CheckedPipeline checked = PipelineRun.check(session, pipeline);
    QualityGate.check(PipelineSession.open(session, pipeline), checked);
    checked
        .steps()
        .forEach(
            step ->
                out.printf(
                    "%s  %s over %s: %s%n",
                    step.column(),
                    step.step().function(),
                    String.join(", ", step.step().inputs()),
                    step.answer().sql()));
    out.printf("Pipeline %s is valid.%n", pipeline.name());
    return 0;
  }
}
