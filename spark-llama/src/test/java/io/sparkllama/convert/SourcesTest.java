package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.testing.SafeTensorsParts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same model from different places becomes the same package. */
class SourcesTest {

  @TempDir private Path folder;

  @Test
  void twoFilesWithAnIndexAreOneModel() throws IOException {
    Path split = Fixtures.copy(Fixtures.transformers(), folder.resolve("split"));
    SafeTensorsParts whole = SafeTensorsParts.read(split.resolve("model.safetensors"));
    ObjectMapper json = new ObjectMapper();
    ObjectNode[] tables = {json.createObjectNode(), json.createObjectNode()};
    ObjectNode index = json.createObjectNode();
    ObjectNode map = index.putObject("weight_map");
    int count = 0;
    for (Map.Entry<String, JsonNode> entry : whole.table().properties()) {
      int part = count++ % 2;
      tables[part].set(entry.getKey(), entry.getValue());
      map.put(entry.getKey(), "part-" + part + ".safetensors");
    }
    for (int part = 0; part < 2; part++) {
      new SafeTensorsParts(tables[part], whole.values())
          .write(split.resolve("part-" + part + ".safetensors"));
    }
    json.writeValue(split.resolve("model.safetensors.index.json").toFile(), index);
    Files.delete(split.resolve("model.safetensors"));
    assertThat(convert(split.toString(), "a"))
        .hasSameBinaryContentAs(convert(Fixtures.transformers().toString(), "b"));
  }

  @Test
  void hdfsIsReadAsALocalDisk() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("dfs").toString());
    try (MiniDFSCluster cluster =
        new MiniDFSCluster.Builder(configuration).numDataNodes(1).build()) {
      URI root = cluster.getFileSystem().getUri();
      upload(cluster, Fixtures.transformers(), "/checkpoints/tiny");
      upload(cluster, Fixtures.gguf("Q8_0"), "/checkpoints/tiny.gguf");
      assertThat(convert(root + "/checkpoints/tiny", "a"))
          .hasSameBinaryContentAs(convert(Fixtures.transformers().toString(), "b"));
      assertThat(convert(root + "/checkpoints/tiny.gguf", "c"))
          .hasSameBinaryContentAs(convert(Fixtures.gguf("Q8_0").toString(), "d"));
    }
  }

  private static void upload(MiniDFSCluster cluster, Path from, String to) throws IOException {
    cluster
        .getFileSystem()
        .copyFromLocalFile(
            new org.apache.hadoop.fs.Path(from.toUri()), new org.apache.hadoop.fs.Path(to));
  }

  /** The weights of the package. */
  private Path convert(String source, String target) {
    Converter.convert(
        ConversionRequest.of(source, folder.resolve(target), Storage.of(Precision.W8A8))
            .withExamination(ConversionRequest.Examination.NONE));
    return folder.resolve(target).resolve("model.onnx.data");
  }
}
