package io.sparkllama.jobs.pipeline.state;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Answers and failures in the order in which they came, as files of JSON lines that each appear
 * whole. What a run was told before it died is here, and the next run begins with it.
 */
public final class Journal {

  static final String CALL = "call";
  static final String KEY = "key";
  static final String VALUE = "value";
  static final String ERROR = "error";

  private static final StructType LINE =
      new StructType()
          .add(CALL, DataTypes.StringType)
          .add(KEY, DataTypes.StringType)
          .add(VALUE, DataTypes.StringType)
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

  public Journal(SparkSession session, StateFolder folder, Results results) {
    this.session = session;
    this.folder = folder;
    this.results = results;
  }

  /** Writes the journal of a run. */
  public JournalWriter writer(String runId) {
    return new JournalWriter(folder, runId);
  }

  /** Moves all answers into the table of results; the files stay until {@link #clear}. */
  public void fold() {
    if (!folder.exists(folder.journal())) {
      return;
    }
    Dataset<Row> answers = lines().where(col(ERROR).isNull());
    List<String> calls =
        answers.select(CALL).distinct().collectAsList().stream()
            .map(row -> row.getString(0))
            .toList();
    if (!calls.isEmpty()) {
      results.add(answers, calls);
    }
  }

  /** Why calls could not be answered: {@code call}, {@code key}, {@code error}. */
  public Dataset<Row> failures() {
    if (!folder.exists(folder.journal())) {
      return session.createDataFrame(List.of(), LINE).select(CALL, KEY, ERROR);
    }
    return lines().where(col(ERROR).isNotNull()).select(CALL, KEY, ERROR).dropDuplicates(CALL, KEY);
  }

  /** Removes the files, once all is in tables. */
  public void clear() {
    folder.delete(folder.journal());
  }

  private Dataset<Row> lines() {
    return session
        .read()
        .schema(LINE)
        .option("mode", "DROPMALFORMED")
        .option("pathGlobFilter", "*" + JournalWriter.SUFFIX)
        .json(folder.journal())
        .where(col(CALL).isNotNull().and(col(KEY).isNotNull()));
  }
}
