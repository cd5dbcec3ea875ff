package io.sparkllama.jobs;

import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.definition.PipelineFile;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Something to do with a pipeline file; what the commands have in common. */
abstract class PipelineCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "FILE",
      description = "Pipeline file in YAML: a path, or a URI of any Hadoop file system.")
  private String file;

  @Spec private CommandSpec spec;

  @Override
  public final Integer call() {
    Pipeline pipeline = PipelineFile.parse(file, TextFile.read("pipeline", file));
    int code = call(Session.open(pipeline.name()), pipeline, spec.commandLine().getOut());
    spec.commandLine().getOut().flush();
    return code;
  }

  /** Does it, and returns the exit code. */
  abstract int call(SparkSession session, Pipeline pipeline, PrintWriter out);
}
