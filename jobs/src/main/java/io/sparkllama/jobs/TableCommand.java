package io.sparkllama.jobs;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A function over one column of a table; what the commands have in common. */
abstract class TableCommand implements Callable<Integer> {

  private static final String ERROR = "error";
  private static final String RESULT = "spark_llama_result";

  /** What happens to an output that is there already. */
  enum Mode {
    ERROR,
    OVERWRITE,
    APPEND
  }

  /** What a row does that cannot be answered. */
  enum OnError {
    KEEP,
    FAIL
  }

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Path or URI of the model package.")
  private String model;

  @Mixin private InputMixin input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "Delta table to write.")
  private String output;

  @Option(
      names = "--output-column",
      paramLabel = "NAME",
      description = "Column for the answer. Default: named after the command.")
  private String outputColumn;

  @Option(
      names = "--mode",
      defaultValue = "error",
      paramLabel = "NAME",
      description = "If the output is there: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Mode mode;

  @Option(
      names = "--on-error",
      defaultValue = "keep",
      paramLabel = "NAME",
      description =
          "A row that cannot be answered: keep it with the reason in column error, or fail the job."
              + " Default: ${DEFAULT-VALUE}.")
  private OnError onError;

  @Option(
      names = "--show",
      defaultValue = "0",
      paramLabel = "N",
      description = "Rows of the table to print at the end. Default: ${DEFAULT-VALUE}.")
  private int show;

  @Spec private CommandSpec spec;

  /** Name of the task in SQL functions, and of the answer's column. */
  abstract String task();

  /** Arguments of the SQL function behind the text. */
  abstract Stream<Object> arguments();

  @Override
  public final Integer call() {
    SparkSession session = Session.open(task());
    session.conf().set("spark.llama.model", model);
    InputTable table = input.table(session);
    Dataset<Row> rows = table.read(input.format(), input.textColumn());
    requireColumns(rows);
    requireOutput(table);
    Written written = write(session, table, answered(rows));
    PrintWriter out = spec.commandLine().getOut();
    written.print(out, output);
    if (show > 0) {
      Shown.print(
          out, session.read().format("delta").load(output), input.textColumn(), column(), show);
    }
    out.flush();
    return (written.errors() == 0 ? Ending.DONE : Ending.INCOMPLETE).code();
  }

  private Dataset<Row> answered(Dataset<Row> rows) {
    Column text = col("`" + input.textColumn().replace("`", "``") + "`");
    Column[] all =
        Stream.concat(Stream.of(text), arguments().map(value -> lit(value))).toArray(Column[]::new);
    if (onError == OnError.FAIL) {
      return rows.withColumn(column(), call_function("llama_" + task(), all))
          .withColumn(ERROR, lit(null).cast("string"));
    }
    return rows.withColumn(RESULT, call_function("llama_try_" + task(), all))
        .withColumn(column(), col(RESULT + ".value"))
        .withColumn(ERROR, col(RESULT + ".error"))
        .drop(RESULT);
  }

  /** A table that a failed job began is taken away again; one that was there Delta keeps whole. */
  private Written write(SparkSession session, InputTable table, Dataset<Row> rows) {
    boolean unfinished = !table.exists(output);
    try {
      Written written =
          RowProgress.during(session, task(), () -> Written.by(rows, ERROR, this::save));
      unfinished = false;
      return written;
    } finally {
      // Spark throws checked exceptions that no signature names, so none is caught here.
      if (unfinished) {
        table.delete(output);
      }
    }
  }

  private void save(Dataset<Row> rows) {
    rows.write().format("delta").mode(SaveMode.valueOf(saveMode())).save(output);
  }

  private String saveMode() {
    return switch (mode) {
      case ERROR -> "ErrorIfExists";
      case OVERWRITE -> "Overwrite";
      case APPEND -> "Append";
    };
  }

  private String column() {
    return outputColumn == null ? task() : outputColumn;
  }

  private void requireColumns(Dataset<Row> rows) {
    for (String name : new String[] {column(), ERROR}) {
      boolean taken =
          Arrays.stream(rows.columns())
              .anyMatch(
                  existing ->
                      existing.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)));
      if (taken) {
        throw new JobException(
            "Cannot add column %s: %s has one of that name. Choose another with --output-column, or rename it in the input."
                .formatted(name, input.path()));
      }
    }
  }

  private void requireOutput(InputTable table) {
    if (mode == Mode.ERROR && table.exists(output)) {
      throw new JobException(
          "Cannot write %s: it is there already. Choose another --output, or --mode overwrite or append."
              .formatted(output));
    }
  }
}
