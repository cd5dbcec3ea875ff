package io.sparkllama.jobs;

import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.definition.PipelineFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
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
    Pipeline pipeline = PipelineFile.parse(file, content());
    int code = call(Session.open(pipeline.name()), pipeline, spec.commandLine().getOut());
    spec.commandLine().getOut().flush();
    return code;
  }

  /** Does it, and returns the exit code. */
  abstract int call(SparkSession session, Pipeline pipeline, PrintWriter out);

  /** A path of this machine, or a URI, as a URI. */
  static String uri(String file) {
    return file.contains("://") ? file : java.nio.file.Path.of(file).toUri().toString();
  }

  private String content() {
    Path path = new Path(uri(file));
    try (FSDataInputStream in = path.getFileSystem(new Configuration()).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new JobException(
          "Cannot read the pipeline file %s: %s. Check the path.".formatted(file, e), e);
    }
  }
}
