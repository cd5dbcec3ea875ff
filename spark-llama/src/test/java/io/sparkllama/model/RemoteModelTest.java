package io.sparkllama.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ModelException;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteModelTest {

  @TempDir static Path dfs;
  @TempDir Path temp;

  private static MiniDFSCluster cluster;
  private static FileSystem files;

  private CacheSettings cache;

  @BeforeAll
  static void start() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, dfs.toString());
    cluster = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    files = cluster.getFileSystem();
    files.copyFromLocalFile(local(Fixtures.genaiInt4()), hdfs("/models/tiny"));
  }

  @AfterAll
  static void stop() {
    cluster.shutdown();
  }

  @BeforeEach
  void emptyCache() {
    cache = new CacheSettings(temp.resolve("cache").toString(), Map.of());
  }

  @Test
  void aPackageOnHdfsIsTheSamePackage() throws IOException {
    ModelPackage model = open();
    ModelPackage original = ModelPackages.open(Fixtures.genaiInt4());
    assertThat(model.sha256()).isEqualTo(original.sha256());
    assertThat(model.architecture()).isEqualTo(original.architecture());
    assertThat(model.folder()).startsWith(temp.toRealPath());
    assertThat(Files.getPosixFilePermissions(temp.resolve("cache")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void threadsThatRaceShareOneCopy() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<ModelPackage>> opened = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        opened.add(threads.submit(() -> open("tiny")));
      }
      Path folder = opened.get(0).get().folder();
      for (Future<ModelPackage> model : opened) {
        assertThat(model.get().folder()).isEqualTo(folder);
      }
      assertThat(copies()).containsExactly(folder.getFileName().toString());
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aSecondOpeningCopiesNothing() throws IOException {
    Path data = open().folder().resolve("model.onnx.data");
    Object key = Files.readAttributes(data, "unix:ino").get("ino");
    open();
    assertThat(Files.readAttributes(data, "unix:ino").get("ino")).isEqualTo(key);
  }

  @Test
  void aHalfCopyLeftBehindIsReplaced() throws IOException {
    Path folder = open().folder();
    Path part = folder.resolveSibling(folder.getFileName() + ".part");
    Files.move(folder, part);
    Files.delete(part.resolve("model.onnx.data"));
    Files.writeString(part.resolve("junk"), "from a process that was killed");
    ModelPackage again = open();
    assertThat(again.folder()).isEqualTo(folder);
    assertThat(folder.resolve("junk")).doesNotExist();
    assertThat(part).doesNotExist();
  }

  @Test
  void aChangedPackageIsCopiedAnew() throws IOException {
    files.copyFromLocalFile(local(Fixtures.genaiInt4()), hdfs("/models/changing"));
    ModelPackage before = open("changing");
    Path changed = Files.createTempFile(temp, "tokenizer", ".json");
    Files.writeString(
        changed, Files.readString(Fixtures.genaiInt4().resolve("tokenizer.json")) + "\n");
    files.copyFromLocalFile(false, true, local(changed), hdfs("/models/changing/tokenizer.json"));
    ModelPackage after = open("changing");
    assertThat(after.folder()).isNotEqualTo(before.folder());
    assertThat(after.sha256()).isNotEqualTo(before.sha256());
  }

  @Test
  void aDamagedFileIsFoundBeforeTheCopyIsSeen() throws IOException {
    Path folder = Fixtures.copy(Fixtures.genaiInt4(), temp.resolve("model"));
    ManifestJson.write(Manifests.of(folder), folder.resolve(Manifest.FILE_NAME));
    byte[] data = Files.readAllBytes(folder.resolve("model.onnx.data"));
    data[7] ^= 1;
    Files.write(folder.resolve("model.onnx.data"), data);
    files.copyFromLocalFile(local(folder), hdfs("/models/damaged"));
    assertThatThrownBy(() -> open("damaged"))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("Failed to copy", "/models/damaged", "model.onnx.data", "SHA-256");
    assertThat(copies()).isEmpty();
  }

  @Test
  void aMissingFolderIsNamed() {
    assertThatThrownBy(() -> open("missing"))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("/models/missing", "Check that the folder is there");
  }

  @Test
  void anUnknownFileSystemIsNamed() {
    assertThatThrownBy(() -> ModelPackages.open("moon://a/b", Optional.empty(), cache))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("moon://a/b", "connector");
  }

  @Test
  void localFoldersAreUsedInPlace() throws IOException {
    Path folder = Fixtures.genaiInt4().toRealPath();
    for (String location :
        List.of(folder.toString(), folder.toUri().toString(), "file:" + folder)) {
      assertThat(ModelPackages.open(location, Optional.empty(), cache).folder()).isEqualTo(folder);
    }
    assertThat(temp.resolve("cache")).doesNotExist();
  }

  private ModelPackage open() {
    return open("tiny");
  }

  private ModelPackage open(String name) {
    return ModelPackages.open(files.getUri() + "/models/" + name, Optional.empty(), cache);
  }

  /** What is in the cache, locks aside. */
  private List<String> copies() throws IOException {
    try (Stream<Path> found = Files.list(temp.resolve("cache"))) {
      return found
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.endsWith(".lock"))
          .toList();
    }
  }

  private static org.apache.hadoop.fs.Path local(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private static org.apache.hadoop.fs.Path hdfs(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
