package io.sparkllama.jobs;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** The Spark session of a job, with Delta; local where nothing else was asked for. */
final class Session {

  private static final String DELTA = "io.delta.sql.DeltaSparkSessionExtension";

  /** One machine: partitions for its few cores, heartbeats often enough for progress. */
  static final Map<String, String> LOCAL =
      Map.of(
          "spark.master", "local[*]",
          "spark.ui.showConsoleProgress", "false",
          "spark.sql.shuffle.partitions", "4",
          "spark.databricks.delta.snapshotPartitions", "2",
          "spark.executor.heartbeatInterval", "5s");

  private Session() {}

  static SparkSession open(String name) {
    requireDelta();
    SparkConf conf = new SparkConf();
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName(conf.get("spark.app.name", "spark-llama " + name))
            .config("spark.sql.extensions", DELTA)
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    if (!conf.contains("spark.master")) {
      LOCAL.forEach(builder::config);
    }
    return builder.getOrCreate();
  }

  /** Ends the session, if a job came so far; executors go in order instead of with the process. */
  static void close() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    if (session.isDefined()) {
      session.get().stop();
    }
  }

  /** Delta has a build for each minor version of Spark. */
  private static void requireDelta() {
    try {
      Class.forName(DELTA, false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw new JobException(
          "Cannot write Delta tables: Delta Lake is not on the class path. Add it to spark-submit,"
              + " as --packages io.delta:delta-spark_%s_2.13:4.4.0."
                  .formatted(
                      org.apache
                          .spark
                          .package$
                          .MODULE$
                          .SPARK_VERSION()
                          .replaceFirst("(\\d+\\.\\d+).*", "$1")));
    }
  }
}
