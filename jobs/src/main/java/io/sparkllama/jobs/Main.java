package io.sparkllama.jobs;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry of the jobs. */
@Command(
    name = "spark-llama-jobs",
    description = "Runs a Llama model over a table and writes a Delta table.",
    mixinStandardHelpOptions = true,
    version = "spark-llama-jobs " + Main.VERSION,
    subcommands = {
      RunCommand.class,
      ValidateCommand.class,
      PlanCommand.class,
      StatusCommand.class,
      ExplainRowCommand.class,
      AuditCommand.class,
      SentimentCommand.class,
      SummarizeCommand.class,
      TranslateCommand.class,
      GenerateCommand.class,
      FinetuneCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; the reason is on standard error and no table was changed",
      "2:the command line is wrong",
      "3:done, but rows could not be answered; column error, or the quarantine, has the reasons",
      "4:the quality gate of the pipeline was not met; nothing was written",
      "5:another run of the pipeline is going on",
      "6:the audit found a difference above --max-difference"
    },
    footerHeading = "%nExample:%n",
    footer =
        "  spark-submit --packages io.delta:delta-spark_4.2_2.13:4.4.0 --class io.sparkllama.jobs.Main"
            + " spark-llama.jar sentiment --model models/smollm2 --input posts.jsonl --output"
            + " tables/sentiment")
public final class Main implements Runnable {

  /** Of this build. */
  public static final String VERSION = "0.1.0";

  @Spec private CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    int code = run(args);
    Session.close();
    // A success returns, so that a cluster's driver ends as every other application.
    if (code != 0) {
      System.exit(code);
    }
  }

  /**
   * Runs one command in this process; an active Spark session is used and left open.
   *
   * @return the exit code
   */
  public static int run(String... args) {
    return new CommandLine(new Main())
        .setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::report)
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing a command.");
  }

  private static int report(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println(Reasons.of(e));
    err.flush();
    return Ending.of(e).code();
  }
}
