package io.sparkllama.jobs.pipeline.state;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.Reasons;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers and failures in the order in which they came, as files of JSON lines that each appear
 * whole. What a run was told before it died is here, and the next run begins with it.
 */
public final class Journal {

  static final String CALL = "call";
  static final String KEY = "key";
  static final String ERROR = "error";

  private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
  private static final String FILE = "file";

  private static final StructType LINE =
      new StructType()
          .add(CALL, DataTypes.StringType)
          .add(KEY, DataTypes.StringType)
          .add("value", DataTypes.StringType)
          .add(ERROR, DataTypes.StringType)
          .add("finish_reason", DataTypes.StringType)
          .add("prompt_tokens", DataTypes.IntegerType)
          .add("generated_tokens", DataTypes.IntegerType)
          .add("pipeline", DataTypes.StringType)
          .add("run_id", DataTypes.StringType)
          .add("time", DataTypes.TimestampType);

  private final SparkSession session;
  private final StateFolder folder;
  private final Results results;
  private final JournalFiles files;

  public Journal(SparkSession session, StateFolder folder, Results results) {
    this.session = session;
    this.folder = folder;
    this.results = results;
    this.files = new JournalFiles(folder.journal(), folder.hadoop());
  }

  /** Writes and reads what tasks of a run are told. */
  public TaskJournal ofTasks(String runId) {
    return new TaskJournal(folder, runId);
  }

  /** Whether any run has left something. */
  public boolean isEmpty() {
    return files.whole().isEmpty();
  }

  /** Moves all answers into the table of results; the files stay until {@link #clear}. */
  public void fold() {
    fold(
        answers().select(CALL).distinct().collectAsList().stream()
            .map(row -> row.getString(0))
            .toList());
  }

  /**
   * Moves all answers into the table of results; the files stay until {@link #clear}.
   *
   * @param calls that the answers are of
   */
  public void fold(List<String> calls) {
    if (!calls.isEmpty() && !isEmpty()) {
      results.add(answers(), calls);
    }
  }

  private Dataset<Row> answers() {
    return lines().where(col(ERROR).isNull());
  }

  /**
   * Names files and lines in the log that cannot be used; they cost some answers, no more.
   *
   * @throws JobException if a file cannot be read at all: it may have answers that were paid for
   */
  public void requireReadable() {
    files
        .foreign()
        .forEach(name -> LOG.warn("Left the file {} alone: not of a journal.", files.path(name)));
    try {
      read()
          .where(col(KEY).isNull())
          .groupBy(FILE)
          .count()
          .collectAsList()
          .forEach(
              row -> LOG.warn("Skipped {} torn lines of {}.", row.getLong(1), row.getString(0)));
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      throw new JobException(
          "Cannot read the journal %s: %s. It has answers of a run that was stopped. Mend the file, or remove it: what it has is asked again."
              .formatted(files.folder(), Reasons.first(e)),
          e);
    }
  }

  /**
   * What each run has left: {@code run_id, answers, failures, prompt_tokens, generated_tokens,
   * first, last}.
   */
  public Dataset<Row> byRun() {
    return lines()
        .groupBy("run_id")
        .agg(
            count(col("value")).as("answers"),
            count(col(ERROR)).as("failures"),
            coalesce(sum("prompt_tokens"), lit(0L)).as("prompt_tokens"),
            coalesce(sum("generated_tokens"), lit(0L)).as("generated_tokens"),
            min("time").as("first"),
            max("time").as("last"));
  }

  /** Why calls could not be answered: {@code call}, {@code key}, {@code error}. */
  public Dataset<Row> failures() {
    return lines().where(col(ERROR).isNotNull()).select(CALL, KEY, ERROR).dropDuplicates(CALL, KEY);
  }

  /** As {@link #failures} where nothing failed, which Spark knows before it plans. */
  public Dataset<Row> noFailures() {
    return session.createDataFrame(
        List.of(),
        new StructType()
            .add(CALL, DataTypes.StringType)
            .add(KEY, DataTypes.StringType)
            .add(ERROR, DataTypes.StringType));
  }

  /** Removes the files of all runs, once all is in tables. */
  public void clear() {
    files.clear("");
  }

  /** Removes the files of a run, once all is in tables. */
  public void clear(String runId) {
    files.clear(runId + "-");
  }

  private Dataset<Row> lines() {
    return read().where(col(CALL).isNotNull().and(col(KEY).isNotNull()));
  }

  /** Every line; one that is torn has no key. */
  private Dataset<Row> read() {
    List<String> whole = files.whole();
    Dataset<Row> texts =
        whole.isEmpty()
            ? session.createDataFrame(
                List.of(), new StructType().add("value", DataTypes.StringType))
            : session.read().text(whole.toArray(String[]::new));
    return texts
        .select(from_json(col("value"), LINE).as("line"), input_file_name().as(FILE))
        .select("line.*", FILE);
  }
}
