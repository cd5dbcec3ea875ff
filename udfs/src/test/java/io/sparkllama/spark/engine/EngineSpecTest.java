package io.sparkllama.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.spark.settings.LlamaConf;
import io.sparkllama.spark.settings.LlamaSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.internal.SQLConf;
import org.junit.jupiter.api.Test;

/** What of an engine travels with every task. */
class EngineSpecTest {

  private static final String KEY = "fs.defaultFS";

  private final Configuration hadoop = new Configuration();

  @Test
  void aModelOnDiskNeedsNoSettingOfHadoop() {
    assertThat(spec("/models/smollm2").cache().hadoop()).isEmpty();
    assertThat(spec("file:/models/smollm2").cache().hadoop()).isEmpty();
  }

  @Test
  void aModelElsewhereIsReachedAsTheSessionReachesIt() {
    hadoop.set(KEY, "hdfs://namenode:8020");
    assertThat(spec("hdfs://namenode/models/smollm2").cache().hadoop())
        .containsEntry(KEY, "hdfs://namenode:8020");
  }

  /** An executor of a standalone cluster runs in a folder of its own. */
  @Test
  void aRelativePathIsThatOfTheDriversFolder() {
    Path folder = Path.of(System.getProperty("fixtures"), "tiny-llama3", "genai-int4");
    Path relative = Path.of("").toAbsolutePath().relativize(folder.toAbsolutePath());
    LlamaSettings settings = LlamaConf.read(new SQLConf(), Optional.of(relative.toString()));
    assertThat(Path.of(EngineSpec.of(settings, hadoop).model()))
        .isAbsolute()
        .isEqualTo(relative.toAbsolutePath());
  }

  private EngineSpec spec(String model) {
    LlamaSettings settings = LlamaConf.read(new SQLConf(), Optional.of(model));
    return EngineSpec.of(settings, model, "0".repeat(64), hadoop);
  }
}
