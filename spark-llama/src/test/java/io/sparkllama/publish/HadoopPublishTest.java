package io.sparkllama.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.convert.ConversionRequest;
import io.sparkllama.convert.ConversionRequest.Examination;
import io.sparkllama.convert.Converter;
import io.sparkllama.convert.Device;
import io.sparkllama.convert.Precision;
import io.sparkllama.convert.Storage;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.publish.Publication.Visibility;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopPublishTest {

  @TempDir static java.nio.file.Path shared;
  @TempDir java.nio.file.Path temp;

  private static MiniDFSCluster cluster;
  private static FileSystem files;
  private static java.nio.file.Path model;

  @BeforeAll
  static void start() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, shared.resolve("dfs").toString());
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    files = cluster.getFileSystem();
    model = shared.resolve("tiny");
    Converter.convert(
        ConversionRequest.of(
                Fixtures.gguf("Q8_0").toString(),
                model,
                new Storage(Precision.INT8, 32, Device.CPU))
            .withExamination(Examination.NONE));
  }

  @AfterAll
  static void stop() {
    cluster.shutdown();
  }

  @Test
  void aPackageGoesThereAndBack() throws IOException {
    TransferReport pushed = push("/models/a");
    assertThat(pushed.moved()).isEqualTo(pushed.bytes());
    assertThat(files.exists(new Path("/models/a/README.md"))).isTrue();
    assertThat(open("/models/a")).isEqualTo(ModelPackages.open(model).sha256());
    assertThat(pull("/models/a").moved()).isEqualTo(pushed.bytes());
    assertThat(ModelPackages.open(temp.resolve("tiny")).sha256())
        .isEqualTo(ModelPackages.open(model).sha256());
    assertThat(push("/models/a").moved()).isZero();
  }

  @Test
  void aPushThatWasInterruptedIsNoPackageAndGoesOn() throws IOException {
    push("/models/b");
    write("/models/b/" + ModelPackages.INCOMPLETE, "x");
    write("/models/b/model.onnx.data", "half of it");
    assertThatThrownBy(() -> open("/models/b")).hasMessageContaining(ModelPackages.INCOMPLETE);
    assertThatThrownBy(() -> pull("/models/b")).hasMessageContaining(ModelPackages.INCOMPLETE);
    assertThat(push("/models/b").moved()).isEqualTo(Files.size(model.resolve("model.onnx.data")));
    assertThat(open("/models/b")).isEqualTo(ModelPackages.open(model).sha256());
  }

  @Test
  void aDamagedFileIsNotPulled() throws IOException {
    push("/models/c");
    byte[] weights = Files.readAllBytes(model.resolve("model.onnx.data"));
    weights[5] ^= 1;
    try (OutputStream output = files.create(new Path("/models/c/model.onnx.data"), true)) {
      output.write(weights);
    }
    assertThatThrownBy(() -> pull("/models/c"))
        .hasMessageContainingAll("model.onnx.data", "expected SHA-256", "twice");
    assertThat(temp.resolve("tiny")).doesNotExist();
  }

  @Test
  void anotherPackageThereStays() throws IOException {
    write("/models/d/other.txt", "theirs");
    assertThatThrownBy(() -> push("/models/d")).hasMessageContaining("other files there");
    assertThat(files.listStatus(new Path("/models/d"))).hasSize(1);
    write("/models/e/other.txt", "theirs");
    write("/models/e/" + ModelPackages.INCOMPLETE, "x");
    assertThatThrownBy(() -> push("/models/e")).hasMessageContaining("other.txt");
  }

  @Test
  void nothingThereIsSaid() {
    assertThatThrownBy(() -> pull("/models/none")).hasMessageContaining("found no files");
  }

  private static void write(String path, String text) throws IOException {
    try (OutputStream output = files.create(new Path(path), true)) {
      output.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  private static TransferReport push(String path) {
    return Push.run(
        new PushRequest(
            model,
            files.getUri() + path,
            Optional.empty(),
            new Publication("first", Visibility.PRIVATE),
            places(),
            TransferListener.SILENT));
  }

  private TransferReport pull(String path) {
    return Pull.run(
        new PullRequest(
            files.getUri() + path,
            temp.resolve("tiny"),
            List.of(),
            places(),
            TransferListener.SILENT));
  }

  private String open(String path) {
    CacheSettings cache = new CacheSettings(temp.resolve("cache").toString(), Map.of());
    return ModelPackages.open(files.getUri() + path, Optional.empty(), cache).sha256();
  }

  private static Places places() {
    return new Places(
        new HubSettings(URI.create("https://hub.example"), Optional.empty(), Duration.ofMillis(5)),
        Map.of());
  }
}
