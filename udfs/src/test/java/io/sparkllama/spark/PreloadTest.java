package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Executors that cannot open the engine that they were told to open. */
@Tag("application")
@Timeout(120)
class PreloadTest {

  @TempDir private Path folder;

  @Test
  void jobsFailWithTheReasonWhereNoExecutorHasAnEngine() {
    SparkSession session =
        SparkSession.builder()
            .master("local-cluster[1,1,1024]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config("spark.executorEnv.RUST_FLAVOR", "cpu")
            .config("spark.plugins", LlamaPlugin.class.getName())
            .config("spark.llama.model", TestModels.TINY)
            .config("spark.llama.preload", "true")
            .config("spark.llama.slots", "4096")
            .getOrCreate();
    try {
      assertThatThrownBy(
              () ->
                  session
                      .sql("SELECT llama_sentiment(string(id)) FROM range(0, 5, 1, 1)")
                      .collect())
          .hasMessageContaining("has no engine. Cannot keep 4096 slots of 2048 tokens: found");
    } finally {
      session.stop();
    }
  }
}
