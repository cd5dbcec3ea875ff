package io.sparkllama.jobs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.SmallDisk;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.definition.PipelineFile;
import io.sparkllama.jobs.pipeline.run.PipelineRun;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two pipelines of one application that share a state folder and run at the same time. */
class PipelineTogetherTest {

  private static final long MOST_SECONDS = 3;

  @TempDir private Path folder;

  private final CyclicBarrier both = new CyclicBarrier(2);

  @AfterEach
  void unwatch() {
    SmallDisk.unwatch();
  }

  @Test
  void eachWritesItsRowsAndCountsItsRequests() throws Exception {
    SparkSession session = SharedSession.open();
    PipelineFixture one = pipeline("one", "(1, 'a day')", "(2, repeat('word ', 5000))");
    PipelineFixture two =
        pipeline("two", "(1, 'a week')", "(2, 'a year')", "(3, repeat('word ', 5000))");
    // Both have read the shared table before one of them commits.
    SmallDisk.watch(
        path -> {
          if (path.contains("/quarantine/")) {
            meet();
          }
        });
    CompletableFuture<RunRecord> other = CompletableFuture.supplyAsync(() -> run(session, two));
    RunRecord first = run(session, one);
    RunRecord second = other.get();
    assertThat(first.answers().requests()).isEqualTo(2);
    assertThat(second.answers().requests()).isEqualTo(3);
    assertThat(List.of(first.rows().failed(), second.rows().failed())).containsExactly(1L, 1L);
    assertThat(one.sinkRows()).hasSize(1);
    assertThat(two.sinkRows()).hasSize(2);
    assertThat(
            one.table("quarantine").where("open").orderBy("pipeline").collectAsList().stream()
                .map(row -> row.getAs("pipeline") + " " + row.getAs("key")))
        .containsExactly("one {\"id\":2}", "two {\"id\":3}");
    assertThat(one.table("runs").count()).isEqualTo(2);
    assertThat(one.table("results").count()).isEqualTo(3);
  }

  private PipelineFixture pipeline(String name, String... posts) throws IOException {
    PipelineFixture pipeline =
        new PipelineFixture(Files.createDirectories(folder.resolve(name)))
            .with("name: posts", "name: " + name)
            .with("  - column: summary\n    function: summarize\n    input: text\n", "")
            .with("    options: {max_words: 5, max_tokens: 6}\n", "")
            .posts(posts);
    return pipeline.with("state: " + folder.resolve("one/sink.pipeline") + "\n");
  }

  private static RunRecord run(SparkSession session, PipelineFixture of) {
    try {
      Pipeline pipeline = PipelineFile.parse("pipeline.yaml", Files.readString(of.file()));
      return PipelineRun.run(session, pipeline, Set.of(), List.of());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void meet() {
    try {
      both.await(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      // The other is done with its files.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
