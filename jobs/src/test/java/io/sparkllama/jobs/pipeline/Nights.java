package io.sparkllama.jobs.pipeline;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Nightly runs over a table that grows, changes and shrinks. Run by ci/soak.sh pipeline-nights:
 * {@code java ... Nights FOLDER ROWS}.
 */
final class Nights {

  private static final int NIGHTS = 3;

  private final PipelineFixture pipeline;
  private final Path folder;
  private final long rows;

  /**
   * A night.
   *
   * @param changed rows that were added or have another text
   * @param requests that the run made
   */
  record Night(long changed, long requests) {}

  Nights(Path folder, long rows) {
    this.folder = folder;
    this.rows = rows;
    this.pipeline =
        new PipelineFixture(folder)
            .with("    options: {max_words: 5, max_tokens: 6}\n", "")
            .with("  - column: summary\n    function: summarize\n    input: text\n", "");
  }

  /**
   * The table on a night: each night a tenth of the first rows more, one row in 20 with another
   * text, and one in 30 gone.
   */
  private Dataset<Row> table(int night) {
    return PipelineFixture.session()
        .range(rows + night * rows / 10)
        .where("id %% 30 >= %d OR id %% 30 < 0".formatted(night))
        .selectExpr(
            "id",
            "concat('post ', id, ' of version ', if(pmod(id, 20) BETWEEN 15 AND 14 + %d, pmod(id, 20), 0)) AS text"
                .formatted(night));
  }

  /** Runs all nights and compares the requests of each with the rows that have changed. */
  List<Night> run() {
    List<Night> nights = new ArrayList<>();
    for (int night = 0; night <= NIGHTS; night++) {
      long changed = night == 0 ? rows : table(night).except(table(night - 1)).count();
      pipeline.write(table(night), "overwrite");
      long before = PipelineFixture.requests();
      require(pipeline.run());
      nights.add(new Night(changed, PipelineFixture.requests() - before));
    }
    return nights;
  }

  /** Rows in which the sink and a recomputation from nothing differ. */
  long differences() throws java.io.IOException {
    PipelineFixture anew =
        new PipelineFixture(Files.createDirectories(folder.resolve("anew")))
            .with("    options: {max_words: 5, max_tokens: 6}\n", "")
            .with("  - column: summary\n    function: summarize\n    input: text\n", "");
    anew.write(table(NIGHTS), "overwrite");
    require(anew.run());
    Dataset<Row> found = answers(pipeline);
    Dataset<Row> expected = answers(anew);
    return found.exceptAll(expected).count() + expected.exceptAll(found).count();
  }

  private static Dataset<Row> answers(PipelineFixture of) {
    return PipelineFixture.session()
        .read()
        .format("delta")
        .load(of.sink)
        .select("id", "text", "sentiment");
  }

  private static void require(TestOutput run) {
    if (run.code() != 0) {
      throw new AssertionError(run.err());
    }
  }

  public static void main(String[] args) throws java.io.IOException {
    SharedSession.openForMany();
    Nights nights =
        new Nights(
            Files.createDirectories(Path.of(args[0]).toAbsolutePath()), Long.parseLong(args[1]));
    List<Night> all = nights.run();
    all.forEach(
        night ->
            System.out.printf("changed %,d rows, requests %,d%n", night.changed, night.requests));
    long differences = nights.differences();
    System.out.printf("rows that differ from a full recomputation: %,d%n", differences);
    boolean good =
        differences == 0 && all.stream().allMatch(night -> night.changed == night.requests);
    System.exit(good ? 0 : 1);
  }
}
