package io.sparkllama.jobs.pipeline;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.TestOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Many short rows in one run, and the rate at which answers came. Run by ci/soak.sh
 * pipeline-million: {@code java ... ManyRows FOLDER ROWS}.
 */
final class ManyRows {

  private ManyRows() {}

  public static void main(String[] args) throws java.io.IOException {
    SharedSession.openForMany();
    long rows = Long.parseLong(args[1]);
    PipelineFixture pipeline =
        new PipelineFixture(Files.createDirectories(Path.of(args[0]).toAbsolutePath()))
            .with("    options: {max_words: 5, max_tokens: 6}\n", "")
            .with("  - column: summary\n    function: summarize\n    input: text\n", "");
    SparkSession session = PipelineFixture.session();
    pipeline.write(
        session.range(rows).selectExpr("id", "concat('post ', id) AS text"), "overwrite");
    TestOutput run = pipeline.run();
    System.out.print(run.out());
    System.err.print(run.err());
    pipeline.table("results").createOrReplaceTempView("results");
    session
        .sql(
            """
            SELECT tenth, count(*) answers, max(seconds) - min(seconds) seconds
            FROM (SELECT ntile(10) OVER (ORDER BY time) tenth, unix_millis(time) / 1000 seconds
                  FROM results)
            GROUP BY tenth ORDER BY tenth
            """)
        .collectAsList()
        .forEach(ManyRows::print);
    long found = session.read().format("delta").load(pipeline.sink).count();
    System.out.printf("rows of the sink: %,d of %,d%n", found, rows);
    System.exit(run.code() == 0 && found == rows ? 0 : 1);
  }

  private static void print(Row tenth) {
    System.out.printf(
        "tenth %2d  %,8d answers  %,6.0f a second%n",
        tenth.getInt(0), tenth.getLong(1), tenth.getLong(1) / tenth.getDouble(2));
  }
}
