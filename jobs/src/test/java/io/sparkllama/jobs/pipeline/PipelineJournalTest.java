package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.SmallDisk;
import io.sparkllama.jobs.TestOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that a run has left, and what may have happened to its files. */
class PipelineJournalTest {

  private static final int ROWS = 50;
  private static final int PIECE = 16;

  @TempDir private Path folder;

  private PipelineFixture pipeline;
  private Path journal;

  @BeforeAll
  static void open() {
    SharedSession.open();
  }

  @AfterEach
  void unwatch() {
    SmallDisk.unwatch();
  }

  private void posts() {
    pipeline =
        new PipelineFixture(folder)
            .with("  - column: summary\n    function: summarize\n    input: text\n", "")
            .with("    options: {max_words: 5, max_tokens: 6}\n", "");
    pipeline.write(
        PipelineFixture.session()
            .range(ROWS)
            .coalesce(1)
            .selectExpr("id", "concat('post ', id) AS text"),
        "overwrite");
    journal = Path.of(pipeline.state, "posts", "journal");
  }

  /** All answers are there, and no table has them. */
  private List<Path> leave() throws IOException {
    posts();
    SmallDisk.watch(
        path -> {
          if (path.contains("/results/")) {
            throw new IOException("No results");
          }
        });
    assertThat(pipeline.run().code()).isEqualTo(1);
    SmallDisk.unwatch();
    assertThat(pipeline.journaled()).isEqualTo(ROWS);
    try (Stream<Path> files = Files.list(journal)) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    }
  }

  private static Path sums(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".crc");
  }

  private void assertWhole(TestOutput run) {
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(pipeline.sinkRows()).hasSize(ROWS).allMatch(row -> row.getAs("sentiment") != null);
    assertThat(pipeline.table("results").count()).isEqualTo(ROWS);
    assertThat(pipeline.table("results").select("key").distinct().count()).isEqualTo(ROWS);
  }

  @Test
  void tornLinesCostThemselvesAndForeignFilesStay() throws IOException {
    List<Path> pieces = leave();
    Path torn = pieces.get(0);
    String content = Files.readString(torn);
    Files.writeString(torn, content.substring(0, content.length() - 30));
    Files.delete(sums(torn));
    String half = content.substring(0, content.length() / 2);
    Path writing = torn.resolveSibling("_" + torn.getFileName().toString().replace("-0.j", "-9.j"));
    Files.writeString(writing, half);
    List<String> foreign = List.of("notes.txt", "posts-0.jsonl");
    for (String name : foreign) {
      Files.writeString(journal.resolve(name), content.replace("post", "note"));
    }
    long before = PipelineFixture.requests();
    TestOutput run = pipeline.run();
    assertWhole(run);
    assertThat(PipelineFixture.requests() - before).as("the torn line").isEqualTo(1);
    try (Stream<Path> files = Files.list(journal)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(foreign);
    }
  }

  @Test
  void aFileThatCannotBeReadStopsTheRunUntilItIsGone() throws IOException {
    List<Path> pieces = leave();
    Path damaged = pieces.get(0);
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length / 2] ^= 1;
    Files.write(damaged, bytes);
    long before = PipelineFixture.requests();
    TestOutput run = pipeline.run();
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("Cannot read the journal", damaged.getFileName().toString(), "or remove it")
        .doesNotContain("\tat ");
    assertThat(Path.of(pipeline.sink)).doesNotExist();
    assertThat(pipeline.journaled()).as("nothing is thrown away").isGreaterThan(ROWS - PIECE);
    Files.delete(damaged);
    assertWhole(pipeline.run());
    long lines = new String(bytes, StandardCharsets.UTF_8).lines().count();
    assertThat(PipelineFixture.requests() - before).as("what was in the file").isEqualTo(lines);
  }

  @Test
  void anAttemptGoesOnWhereTheOneBeforeItFailed() throws IOException {
    posts();
    AtomicInteger pieces = new AtomicInteger();
    SmallDisk.watch(
        path -> {
          if (path.contains("/journal/_") && pieces.incrementAndGet() == 3) {
            throw new IOException("Lost executor");
          }
        });
    long before = PipelineFixture.requests();
    TestOutput run = pipeline.run();
    assertWhole(run);
    assertThat(pieces.get()).as("two pieces and a failure, then the rest").isGreaterThan(3);
    // What came after two whole pieces may have been asked twice.
    assertThat(PipelineFixture.requests() - before).isBetween((long) ROWS, 2L * ROWS - 2 * PIECE);
    assertThat(pipeline.lastRun().<String>getAs("status")).isEqualTo("done");
  }
}
