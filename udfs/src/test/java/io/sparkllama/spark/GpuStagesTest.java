package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.spark.engine.Devices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stages with calls on executors with GPUs, the others on executors without, in one application.
 * The GPUs are numbers that a script tells; engines compute on the CPU.
 */
@Tag("application")
@Timeout(180)
class GpuStagesTest {

  private static final String SCANNED_THEN_ANSWERED =
      """
      SELECT scanned, given(text) AS answered, llama_sentiment(text) AS sentiment
      FROM (SELECT /*+ REPARTITION(2) */ text, given(text) AS scanned FROM posts)
      """;

  @TempDir private Path folder;

  private SparkSession session;

  @AfterEach
  void stop() {
    session.stop();
  }

  @Test
  void onlyStagesWithCallsTakeGpus() throws IOException {
    try (TestCluster cluster = TestCluster.start(conf(), folder)) {
      session = session(cluster, conf().set("spark.dynamicAllocation.enabled", "true"));
      List<Row> rows = session.sql(SCANNED_THEN_ANSWERED).collectAsList();
      assertThat(rows).hasSize(20).allMatch(row -> row.getString(2) != null);
      assertThat(rows).extracting(row -> row.getString(0)).containsOnly("");
      assertThat(rows).extracting(row -> row.getString(1)).isSubsetOf("5", "7");
      session.conf().set("spark.llama.device", "cpu");
      assertThat(session.sql(SCANNED_THEN_ANSWERED).collectAsList())
          .extracting(row -> row.getString(1))
          .containsOnly("");
    }
  }

  @Test
  void withoutDynamicAllocationItIsSaidWhatIsMissing() throws IOException {
    try (TestCluster cluster = TestCluster.start(conf(), folder)) {
      session = session(cluster, conf());
      assertThatThrownBy(
              () -> session.sql("SELECT llama_sentiment(text) FROM posts").collectAsList())
          .hasMessageContaining("Cannot answer calls on executors with GPUs")
          .hasMessageContaining("found spark.dynamicAllocation.enabled=false, expected true");
    }
  }

  private SparkConf conf() throws IOException {
    return TestCluster.withGpus(new SparkConf(), folder)
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.executor.memory", "600m")
        .set("spark.executor.cores", "1")
        .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .set("spark.executorEnv.RUST_FLAVOR", "cpu")
        .set("spark.dynamicAllocation.maxExecutors", "2");
  }

  private SparkSession session(TestCluster cluster, SparkConf conf) {
    SparkSession started =
        SparkSession.builder()
            .master(cluster.url())
            .config(conf)
            .config("spark.ui.enabled", "false")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .config("spark.llama.model", TestModels.TINY)
            .config("spark.llama.gpu.amount", "1")
            .getOrCreate();
    started
        .range(0, 20, 1, 2)
        .selectExpr("concat('post number ', id) AS text")
        .createOrReplaceTempView("posts");
    started
        .udf()
        .register("given", (UDF1<String, String>) GpuStagesTest::given, DataTypes.StringType);
    return started;
  }

  /** The GPUs of the task. */
  private static String given(String text) {
    return String.join(",", Devices.gpus(TaskContext.get().resourcesJMap()));
  }
}
