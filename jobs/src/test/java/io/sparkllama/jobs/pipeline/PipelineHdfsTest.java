package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model, source, sink and state on HDFS. */
class PipelineHdfsTest {

  @TempDir private Path folder;

  @Test
  void everythingMayBeOnHdfs() throws IOException {
    SharedSession.open();
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("dfs").toString());
    try (MiniDFSCluster cluster =
            new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
        FileSystem files = cluster.getFileSystem()) {
      String root = files.getUri().toString();
      files.copyFromLocalFile(
          new org.apache.hadoop.fs.Path(PipelineFixture.MODEL),
          new org.apache.hadoop.fs.Path("/model"));
      PipelineFixture pipeline =
          new PipelineFixture(folder, root)
              .with("model: " + PipelineFixture.MODEL, "model: " + root + "/model")
              .with("conf:", "conf:\n  spark.llama.cacheDir: " + folder.resolve("cache"))
              .posts("(1, 'a day')", "(2, 'a night')");
      TestOutput run = pipeline.run();
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(pipeline.sinkRows()).hasSize(2).allMatch(row -> row.getAs("sentiment") != null);
      assertThat(pipeline.run().code()).isZero();
      assertThat(pipeline.lastRun().<Long>getAs("answers_asked")).isZero();
      assertThat(files.exists(new org.apache.hadoop.fs.Path(pipeline.state + "/posts/lock")))
          .isFalse();
    }
  }
}
