package io.sparkllama.jobs;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.explain.RowKey;
import io.sparkllama.jobs.pipeline.explain.RowStory;
import io.sparkllama.jobs.pipeline.explain.RowStoryText;
import io.sparkllama.jobs.pipeline.run.PipelineRun;
import io.sparkllama.jobs.pipeline.run.PipelineSession;
import java.io.PrintWriter;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says how one row came about. */
@Command(
    name = "explain-row",
    description =
        "Says how one row of the sink came about: what it was made of, by which calls, and when.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  explain-row pipeline.yaml --key 17")
final class ExplainRowCommand extends PipelineCommand {

  @Option(
      names = "--key",
      required = true,
      paramLabel = "KEY",
      description = "Key of the row: its value, or column=value,... for a key of several columns.")
  private String key;

  @Option(names = "--show-text", description = "Shows the texts of the row and its answers.")
  private boolean showText;

  @Override
  int call(SparkSession session, Pipeline pipeline, PrintWriter out) {
    RowKey row = RowKey.parse(pipeline.key(), key);
    CheckedPipeline checked = PipelineRun.check(session, pipeline);
    RowStory story = RowStory.of(PipelineSession.open(session, pipeline), checked, row);
    if (story.isUnknown()) {
      throw new JobException(
          "Cannot find row %s: found it neither in the source nor in %s%s nor in quarantine. Check --key."
              .formatted(
                  row,
                  pipeline.sink().text(),
                  story.sink() == RowStory.Sink.THERE ? "" : " (which is not there yet)"));
    }
    new RowStoryText(story, showText ? RowStoryText.Texts.SHOWN : RowStoryText.Texts.HIDDEN, out)
        .print();
    return Ending.DONE.code();
  }
}
