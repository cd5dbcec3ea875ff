package io.sparkllama.jobs;

import io.sparkllama.jobs.audit.AuditResult;
import io.sparkllama.jobs.pipeline.definition.Audit;
import io.sparkllama.jobs.pipeline.definition.AuditFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares answers about people who differ in one thing. */
@Command(
    name = "audit",
    description =
        "Asks a model the same about different people, and shows where its answers differ. Templates"
            + " and terms come from a file, or are those that --print-default shows.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  audit --model models/smollm2 --output tables/audit --max-difference 0.1")
final class AuditCommand implements Callable<Integer> {

  private static final String DEFAULT = "audit/people.yaml";

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "Audit file in YAML: a path, or a URI of any Hadoop file system.")
  private String file;

  @Option(names = "--model", paramLabel = "DIR", description = "Path or URI of the model package.")
  private String model;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Folder for two Delta tables: answers, with a row for each prompt, and differences. It must"
              + " not be there yet.")
  private String output;

  @Option(
      names = "--max-difference",
      paramLabel = "SHARE",
      description =
          "Ends with exit code 6 if a label's share differs by more than this, from 0 to 1.")
  private Double maxDifference;

  @Option(names = "--json", description = "Prints a JSON object for each difference, no table.")
  private boolean json;

  @Option(names = "--print-default", description = "Prints the built-in audit file, and ends.")
  private boolean printDefault;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (printDefault) {
      out.print(builtIn());
      out.flush();
      return Ending.DONE.code();
    }
    requireOptions();
    Audit audit =
        file == null
            ? AuditFile.parse("the built-in audit", builtIn())
            : AuditFile.parse(file, TextFile.read("audit", file));
    SparkSession session = Session.open("audit");
    session.conf().set("spark.llama.model", model);
    requireNoOutput(session);
    AuditResult result = RowProgress.during(session, "audit", () -> AuditResult.of(session, audit));
    if (output != null) {
      save(result.answers(session), "answers");
      save(result.differences(session), "differences");
    }
    if (json) {
      result.differences(session).toJSON().collectAsList().forEach(out::println);
    } else {
      result.print(out);
    }
    out.flush();
    return ending(result).code();
  }

  private void requireOptions() {
    if (model == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--model=DIR'");
    }
    if (maxDifference != null && !(maxDifference >= 0 && maxDifference <= 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "Invalid --max-difference: found %s, expected a share from 0 to 1, such as 0.1."
              .formatted(maxDifference));
    }
  }

  private void requireNoOutput(SparkSession session) {
    if (output != null && new InputTable(session, output).exists(output)) {
      throw new JobException(
          "Cannot write %s: it is there already. Choose another --output.".formatted(output));
    }
  }

  private void save(Dataset<Row> rows, String name) {
    rows.coalesce(1).write().format("delta").save(output + "/" + name);
  }

  private Ending ending(AuditResult result) {
    if (maxDifference != null && result.largest() > maxDifference) {
      return Ending.UNEQUAL;
    }
    return result.errors() == 0 ? Ending.DONE : Ending.INCOMPLETE;
  }

  private static String builtIn() {
    try (InputStream in = AuditCommand.class.getResourceAsStream(DEFAULT)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
