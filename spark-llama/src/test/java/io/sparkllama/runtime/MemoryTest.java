package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.EngineException;
import io.sparkllama.model.Architecture;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {

  private static final long MIB = 1 << 20;

  @TempDir private Path folder;

  @Test
  void aContainerHasItsLimitLessWhatCannotBeReclaimed() throws IOException {
    Files.writeString(folder.resolve("memory.max"), "4000\n");
    Files.writeString(folder.resolve("memory.current"), "3000\n");
    Files.writeString(
        folder.resolve("memory.stat"), "anon 1\nactive_file 200\ninactive_file 700\n");
    assertThat(ContainerMemory.version2(folder).left()).hasValue(1700);
  }

  @Test
  void aContainerOfTheOldInterfaceIsReadToo() throws IOException {
    Path memory = Files.createDirectory(folder.resolve("memory"));
    Files.writeString(memory.resolve("memory.limit_in_bytes"), "4000");
    Files.writeString(memory.resolve("memory.usage_in_bytes"), "3000");
    Files.writeString(memory.resolve("memory.stat"), "inactive_file 9\ntotal_inactive_file 500\n");
    assertThat(ContainerMemory.version1(folder).left()).hasValue(1500);
  }

  @Test
  void aContainerWithoutALimitSaysNothing() throws IOException {
    assertThat(ContainerMemory.version2(folder).left()).isEmpty();
    Files.writeString(folder.resolve("memory.max"), "max\n");
    assertThat(ContainerMemory.version2(folder).left()).isEmpty();
  }

  /** 4 layers of 2 key-value heads of 32, keys and values, 4 bytes a number. */
  @Test
  void theCacheIsCountedInFull() {
    ModelPackage model = ModelPackages.open(Fixtures.genaiFp32());
    MemoryNeed need = MemoryNeed.of(model, new DecoderOptions(16, 1000, 1));
    assertThat(need.cache()).isEqualTo(16L * 1000 * 4 * 2 * 32 * 2 * 4);
    assertThat(need.weights()).isGreaterThan(MIB);
  }

  /** Keys of 2 heads of 32 numbers take 256 bytes a token, and a buffer has at most 2 GiB. */
  @Test
  void slotsThatJavaCannotHandOverAreRefused() {
    Architecture tiny = ModelPackages.open(Fixtures.genaiFp32()).architecture();
    assertThatCode(() -> KvCache.require(tiny, 63, 131_072)).doesNotThrowAnyException();
    assertThatThrownBy(() -> KvCache.require(tiny, 64, 131_072))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "Cannot keep 64 slots of 131072 tokens: found 8,388,608 tokens together, expected at"
                + " most 8,388,607 with keys of 256 bytes. Use at most 63 slots, or a smaller"
                + " capacity.");
    assertThatThrownBy(() -> KvCache.require(tiny, 4_096, 1 << 30))
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
