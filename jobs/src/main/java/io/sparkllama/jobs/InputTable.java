package io.sparkllama.jobs;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** Reads the table of a job: Delta, Parquet, JSON lines or CSV with a header. */
final class InputTable {

  /** What an input may be. */
  enum Format {
    DELTA,
    PARQUET,
    JSON,
    CSV;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final SparkSession session;
  private final String path;

  InputTable(SparkSession session, String path) {
    this.session = session;
    this.path = path;
  }

  /** The rows, once it is certain that they have a text. */
  Dataset<Row> read(Optional<Format> given, String textColumn) {
    Dataset<Row> rows = read(given);
    requireText(rows, textColumn, "--text-column");
    return rows;
  }

  /** The rows, whatever their columns. */
  Dataset<Row> read(Optional<Format> given) {
    requireThere();
    Format format = given.orElseGet(this::recognize);
    return session
        .read()
        .format(format.label())
        .option("header", "true")
        .option("multiLine", format == Format.CSV ? "true" : "false")
        .load(path);
  }

  private Format recognize() {
    if (exists(path + "/_delta_log")) {
      return Format.DELTA;
    }
    String name = firstFile().toLowerCase(Locale.ROOT).replaceAll("\\.(gz|bz2|zst)$", "");
    if (name.endsWith(".parquet")) {
      return Format.PARQUET;
    }
    if (name.endsWith(".json") || name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return Format.JSON;
    }
    if (name.endsWith(".csv")) {
      return Format.CSV;
    }
    throw new JobException(
        "Cannot tell the format of %s: found %s, expected a Delta table or files that end in .parquet, .json, .jsonl or .csv. Name it with --format."
            .formatted(path, name.isEmpty() ? "no file" : name));
  }

  /** Name of the path, or of the first file in it that is not hidden. */
  private String firstFile() {
    try {
      Path root = new Path(path);
      FileSystem files = files(root);
      if (files.getFileStatus(root).isFile()) {
        return root.getName();
      }
      return Arrays.stream(files.listStatus(root))
          .map(status -> status.getPath().getName())
          .filter(name -> !name.startsWith("_") && !name.startsWith("."))
          .sorted()
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      throw new JobException("Cannot list %s: %s. Check the path.".formatted(path, e));
    }
  }

  private void requireThere() {
    if (!exists(path)) {
      throw new JobException(
          "Cannot read %s: there is no such file or folder. Check --input.".formatted(path));
    }
  }

  /**
   * Refuses rows without a column of strings.
   *
   * @param option that names another column
   */
  void requireText(Dataset<Row> rows, String column, String option) {
    requireColumn(rows, column, option);
    if (!rows.schema().apply(column).dataType().equals(DataTypes.StringType)) {
      throw wrongType(rows, column, "string", option);
    }
  }

  /** Refuses rows without a column. */
  void requireColumn(Dataset<Row> rows, String column, String option) {
    if (!Arrays.asList(rows.columns()).contains(column)) {
      throw new JobException(
          "Cannot find column %s in %s: found %s. Name one of them with %s."
              .formatted(column, path, String.join(", ", rows.columns()), option));
    }
  }

  JobException wrongType(Dataset<Row> rows, String column, String expected, String option) {
    return new JobException(
        "Cannot use column %s of %s: found type %s, expected %s. Name another with %s."
            .formatted(
                column,
                path,
                rows.schema().apply(column).dataType().simpleString(),
                expected,
                option));
  }

  boolean exists(String name) {
    try {
      Path there = new Path(name);
      return files(there).exists(there);
    } catch (IOException e) {
      throw new JobException("Cannot reach %s: %s. Check the path.".formatted(name, e));
    }
  }

  void delete(String name) {
    try {
      Path there = new Path(name);
      files(there).delete(there, true);
    } catch (IOException e) {
      throw new JobException(
          "Cannot remove the unfinished table %s: %s. Remove it by hand.".formatted(name, e));
    }
  }

  private FileSystem files(Path there) throws IOException {
    return there.getFileSystem(session.sessionState().newHadoopConf());
  }
}
