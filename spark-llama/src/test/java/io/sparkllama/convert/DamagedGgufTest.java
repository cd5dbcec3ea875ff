package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ConversionException;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedGgufTest {

  private static final int TENSOR_COUNT = 8;
  private static final int ENTRY_COUNT = 16;

  @TempDir private Path folder;

  /** Inside the magic, the counts, the metadata, the vocabulary, the tensor table and the data. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3, 7, 20, 100, 5_000, 100_000, 128_000, 400_000, 1_462_847})
  void aTruncatedFileIsRefusedWithTheOffset(int length) throws IOException {
    assertRefused(Arrays.copyOf(original(), length), "at offset \\d+");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0x21212121, found 21212121",
    "4, 99, found version 99",
    "8, -1, at offset \\d+",
    "8, 0x7fffffff, found a count of",
    "16, 0x7fffffff, found a count of"
  })
  void aDamagedHeaderIsRefused(int offset, String value, String message) throws IOException {
    byte[] bytes = original();
    little(bytes).putInt(offset, Long.decode(value).intValue());
    assertRefused(bytes, message);
  }

  @Test
  void countsThatWouldExhaustMemoryAreRefused() throws IOException {
    byte[] bytes = original();
    little(bytes).putLong(TENSOR_COUNT, Long.MAX_VALUE);
    assertRefused(bytes, "found a count of 9223372036854775807 tensors");
    bytes = original();
    little(bytes).putLong(ENTRY_COUNT, Long.MAX_VALUE);
    assertRefused(bytes, "found a count of 9223372036854775807 metadata entries");
  }

  @Test
  void aTensorOutsideTheFileIsRefused() throws IOException {
    byte[] bytes = original();
    int entry = indexOf(bytes, "output_norm.weight") + "output_norm.weight".length();
    // One dimension: count, size and type stand before the offset.
    little(bytes).putLong(entry + 4 + 8 + 4, 1L << 40);
    assertRefused(bytes, "tensor output_norm.weight at data offset 1099511627776");
  }

  @Test
  void anotherArchitectureIsRefused() throws IOException {
    byte[] bytes = original();
    int key = indexOf(bytes, "general.architecture") + "general.architecture".length();
    bytes[key + 4 + 8] = 'x';
    assertRefused(bytes, "found architecture xlama, expected llama");
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() throws IOException {
    byte[] bytes = original();
    int last = bytes.length - 18;
    // The scale of the last block as half-precision NaN.
    little(bytes).putShort(last, (short) 0x7e00);
    assertRefused(bytes, "found a number that is not finite");
  }

  @Test
  void aTargetThatHasFilesIsLeftAlone() throws IOException {
    Path target = Files.createDirectory(folder.resolve("package"));
    Files.writeString(target.resolve("mine.txt"), "mine");
    assertThatThrownBy(
            () ->
                Converter.convert(
                    ConversionRequest.of(Fixtures.gguf("Q4_0"), target, Precision.INT4)))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining("found a folder that is not empty");
    assertThat(target.resolve("mine.txt")).hasContent("mine");
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    Path source = Files.write(folder.resolve("damaged.gguf"), bytes);
    assertThatThrownBy(
            () ->
                Converter.convert(
                    ConversionRequest.of(source, folder.resolve("package"), Precision.INT4)))
        .isInstanceOf(ConversionException.class)
        .hasMessageFindingMatch(message);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(source);
    }
    Files.delete(source);
  }

  private static byte[] original() throws IOException {
    return Files.readAllBytes(Fixtures.gguf("Q4_0"));
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int indexOf(byte[] bytes, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError(text + " is not in the file");
  }
}
