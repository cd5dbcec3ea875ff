package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.Architecture;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {

  private static final long MIB = 1 << 20;

  @TempDir private Path folder;

  @Test
  void aContainerHasItsLimitLessWhatCannotBeReclaimed() throws IOException {
    limit(folder, "4000\n", "3000\n", "anon 1\nactive_file 200\ninactive_file 700\n");
    assertThat(left("0::/\n")).containsExactly(1700L);
  }

  @Test
  void everyGroupAroundTheProcessCounts() throws IOException {
    limit(folder, "9000", "0", "");
    limit(folder.resolve("slice/job"), "5000", "1000", "");
    assertThat(left("0::/slice/job\n")).containsExactly(9000L, 4000L);
    assertThat(left("0::/of/another/namespace\n")).containsExactly(9000L);
  }

  @Test
  void aContainerOfTheOldInterfaceIsReadToo() throws IOException {
    Path memory = Files.createDirectories(folder.resolve("memory/job"));
    Files.writeString(memory.resolve("memory.limit_in_bytes"), "4000");
    Files.writeString(memory.resolve("memory.usage_in_bytes"), "3000");
    Files.writeString(memory.resolve("memory.stat"), "inactive_file 9\ntotal_inactive_file 500\n");
    assertThat(left("8:pids:/job\n4:memory:/job\n0::/\n")).containsExactly(1500L);
  }

  @Test
  void aContainerWithoutALimitSaysNothing() throws IOException {
    assertThat(left("0::/\n")).isEmpty();
    Files.writeString(folder.resolve("memory.max"), "max\n");
    assertThat(left("0::/\n")).isEmpty();
    assertThat(ContainerMemory.read(folder.resolve("none"), folder)).isEmpty();
  }

  private static void limit(Path group, String most, String used, String statistics)
      throws IOException {
    Files.createDirectories(group);
    Files.writeString(group.resolve("memory.max"), most);
    Files.writeString(group.resolve("memory.current"), used);
    Files.writeString(group.resolve("memory.stat"), statistics);
  }

  private List<Long> left(String groups) throws IOException {
    Path file = Files.writeString(folder.resolve("groups"), groups);
    return ContainerMemory.read(file, folder).stream()
        .flatMap(group -> group.left().stream().boxed())
        .toList();
  }

  /** 4 layers of 2 key-value heads of 32, keys and values, 4 bytes a number. */
  @Test
  void theCacheIsCountedInFull() {
    ModelPackage model = ModelPackages.open(Fixtures.genaiFp32());
    MemoryNeed need = MemoryNeed.of(model, new DecoderOptions(16, 1000, 1));
    assertThat(need.cache()).isEqualTo(16L * 1000 * 4 * 2 * 32 * 2 * 4);
    assertThat(need.weights()).isGreaterThan(MIB);
  }

  /**
   * 2,359,296 weights in blocks of 32; the head's 4,096 rows of 192 half bytes are an embedding.
   */
  @Test
  void blocksAreCountedBesideTheirFile() throws IOException {
    Path model = Fixtures.genaiInt4();
    MemoryNeed need = MemoryNeed.of(ModelPackages.open(model), new DecoderOptions(1, 1000, 1));
    assertThat(need.weights()).isEqualTo(files(model) + 2_359_296 / 32 * 12 + 4_096 * 192 / 2);
  }

  /** The head of 4,096 x 192 is the embedding too, turned when the graph is loaded. */
  @Test
  void aTiedEmbeddingIsCountedBesideTheHead() throws IOException {
    Path model = Fixtures.genaiFp32();
    MemoryNeed need = MemoryNeed.of(ModelPackages.open(model), new DecoderOptions(1, 1000, 1));
    assertThat(need.weights()).isEqualTo(files(model) + 4_096 * 192 * 4);
  }

  /** Another form takes the place of a constant that nothing else reads. */
  @Test
  void weightsThatAreOnlyTurnedAreCountedOnce() {
    GraphProto graph =
        GraphProto.newBuilder()
            .addInitializer(OnnxParts.int64s("weights", 1, 2, 3))
            .addNode(OnnxParts.node("Transpose", "turned", List.of("weights")))
            .build();
    ServingGraph serving = ServingGraph.of(ModelProto.newBuilder().setGraph(graph).build());
    Architecture tiny = ModelPackages.open(Fixtures.genaiFp32()).architecture();
    assertThat(GraphMemory.beside(serving, tiny)).isZero();
  }

  /** On a GPU blocks are read as they are in the file, but in two forms. */
  @Test
  void aTiedEmbeddingInBlocksIsCountedOnAGpu() throws IOException {
    Path model = Fixtures.genaiCudaInt4();
    DecoderOptions options = new DecoderOptions(1, 1000, 1).on(new ComputeDevice.Cuda(0, 0.9));
    MemoryNeed need = MemoryNeed.of(ModelPackages.open(model), options);
    assertThat(need.weights()).isEqualTo(files(model) + 4_096 * 192 / 2);
  }

  private static long files(Path model) throws IOException {
    return Files.size(model.resolve("model.onnx")) + Files.size(model.resolve("model.onnx.data"));
  }

  /** A graph that concatenates keys and values has them as slots, as past and as present. */
  @Test
  void copiesOfTheCacheAreCounted() {
    ModelPackage model = ModelPackages.open(Fixtures.optimumFp32());
    MemoryNeed need = MemoryNeed.of(model, new DecoderOptions(16, 1000, 1));
    assertThat(need.cache()).isEqualTo(3 * 16L * 1000 * 4 * 2 * 32 * 2 * 4);
  }

  /** Keys of 2 heads of 32 numbers take 256 bytes a token, and a buffer has at most 2 GiB. */
  @Test
  void slotsThatJavaCannotHandOverAreRefused() {
    Architecture tiny = ModelPackages.open(Fixtures.genaiFp32()).architecture();
    CacheType type = CacheType.FLOAT32;
    assertThatCode(() -> KvCache.require(tiny, type, 63, 131_072)).doesNotThrowAnyException();
    assertThatCode(() -> KvCache.require(tiny, CacheType.FLOAT16, 127, 131_072))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> KvCache.require(tiny, type, 64, 131_072))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Cannot keep 64 slots of 131072 tokens: found 8,388,608 tokens together, expected at"
                + " most 8,388,607 with keys of 256 bytes. Use at most 63 slots, or a smaller"
                + " capacity.");
    assertThatThrownBy(() -> KvCache.require(tiny, type, 4_096, 1 << 30))
        .hasMessageEndingWith("Use a capacity of at most 8388607.");
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheNumbersAndASuggestion() {
    MemoryNeed need = new MemoryNeed(80 * MIB, 160 * MIB, 40 * MIB, 20 * MIB);
    DecoderOptions options = new DecoderOptions(16, 2048, 1);
    assertThatCode(() -> MemoryCheck.require(need, options, OptionalLong.of(300 * MIB)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> MemoryCheck.require(need, options, OptionalLong.of(200 * MIB)))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Cannot fit the model: it needs 300 MiB (weights 80, 16 slots of 2048 tokens 160,"
                + " workspace 40, JVM and libraries 20), found 200 MiB. Use 6 slots, a smaller capacity, or give the"
                + " process more memory (spark.executor.memoryOverhead=300m).");
    assertThatThrownBy(() -> MemoryCheck.require(need, options, OptionalLong.of(120 * MIB)))
        .hasMessageContaining("Use a smaller capacity or another precision");
  }
}
