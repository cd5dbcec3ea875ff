package io.sparkllama.cli;

import io.sparkllama.errors.LlamaException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry of the command line. */
@Command(
    name = "spark-llama",
    description = "Runs Llama models on ONNX Runtime, without Spark.",
    mixinStandardHelpOptions = true,
    version = "spark-llama 0.1.0",
    subcommands = {
      ConvertCommand.class,
      InspectCommand.class,
      VerifyCommand.class,
      CompareCommand.class,
      AdapterCommand.class,
      PushCommand.class,
      PullCommand.class,
      ChatCommand.class,
      GenerateCommand.class,
      ScoreCommand.class,
      BenchCommand.class,
      ProfileCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; single lines that could not be answered say so in the output",
      "1:the command failed; the reason is on standard error",
      "2:the command line is wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  spark-llama chat --model models/smollm2",
      "  spark-llama convert SmolLM2-135M-Instruct.Q4_1.gguf models/smollm2",
      "  spark-llama inspect models/smollm2",
      "  echo '{\"id\": 1, \"prompt\": \"Once\"}' | spark-llama generate --model models/smollm2",
      "  spark-llama score --model models/smollm2 --input rows.jsonl --output scores.jsonl"
    })
public final class Main implements Runnable {

  static {
    // Read by the logger of the command line's jar when the first logger is made.
    if (System.getProperty("org.slf4j.simpleLogger.defaultLogLevel") == null) {
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    }
  }

  @Spec private CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::report);
  }

  /** Without a subcommand there is nothing to do. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing a command.");
  }

  private static int report(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println(e instanceof LlamaException ? e.getMessage() : "Failed: " + e);
    err.flush();
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
