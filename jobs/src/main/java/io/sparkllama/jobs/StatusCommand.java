package io.sparkllama.jobs;

import static org.apache.spark.sql.functions.date_format;

import io.sparkllama.jobs.console.Durations;
import io.sparkllama.jobs.console.TextTable;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.state.Runs;
import java.io.PrintWriter;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows past runs. */
@Command(
    name = "status",
    description = "Shows the runs of a pipeline, the last first.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  status pipeline.yaml --last 5")
final class StatusCommand extends PipelineCommand {

  @Option(
      names = "--last",
      defaultValue = "20",
      paramLabel = "N",
      description = "Most runs to show. Default: ${DEFAULT-VALUE}.")
  private int last;

  @Option(
      names = "--json",
      description = "Prints a JSON object for each run, with every column of the table of runs.")
  private boolean json;

  @Override
  int call(SparkSession session, Pipeline pipeline, PrintWriter out) {
    Dataset<Row> runs = Runs.of(session, pipeline).all().limit(last);
    if (json) {
      runs.toJSON().collectAsList().forEach(out::println);
    } else {
      print(runs.withColumn("began", date_format(runs.col("started"), "yyyy-MM-dd HH:mm:ss")), out);
    }
    return Ending.DONE.code();
  }

  private static void print(Dataset<Row> all, PrintWriter out) {
    List<Row> runs = all.collectAsList();
    if (runs.isEmpty()) {
      out.println("No run yet.");
      return;
    }
    TextTable table =
        new TextTable(
            "started",
            "status",
            "time",
            "read",
            "new",
            "changed",
            "deleted",
            "failed",
            "asked",
            "reused",
            "requests",
            "run");
    runs.forEach(
        run ->
            table.add(
                run.getAs("began"),
                run.getAs("status"),
                Durations.text(run.<Double>getAs("seconds")),
                run.getAs("rows_read"),
                run.getAs("rows_added"),
                run.getAs("rows_changed"),
                run.getAs("rows_deleted"),
                run.getAs("rows_failed"),
                run.getAs("answers_asked"),
                run.getAs("answers_reused"),
                run.getAs("requests"),
                run.getAs("run_id")));
    table.print(out);
    runs.stream()
        .filter(run -> !run.<String>getAs("error").isEmpty())
        .forEach(run -> out.printf("%n%s:%n%s%n", run.getAs("run_id"), run.getAs("error")));
  }
}
