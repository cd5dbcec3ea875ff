package io.sparkllama.jobs.pipeline.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.jobs.SharedSession;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.definition.PipelineFile;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits of a sink. */
class SinkTableTest {

  @TempDir private Path folder;

  private SparkSession session;
  private SinkTable sink;

  @Test
  void aTransactionThatIsDoneTwiceChangesNothing() {
    session = (SparkSession) SharedSession.open();
    Pipeline pipeline =
        PipelineFile.parse(
            "sink.yaml",
            """
            name: sink
            model: none
            source: {path: none}
            key: id
            steps: [{column: answer, function: sentiment, input: text}]
            sink: {path: %s}
            """
                .formatted(folder.resolve("sink")));
    sink = new SinkTable(session, pipeline, rows("(1, 'a')").schema());
    write(rows("(1, 'a')", "(2, 'b')"), "(NULL)", 0);
    assertThat(found()).containsExactly("1 a", "2 b");
    write(rows("(3, 'lost')"), "(1)", 0);
    assertThat(found()).as("the same transaction once more").containsExactly("1 a", "2 b");
    write(rows("(2, 'c')", "(3, 'd')"), "(1)", sink.next(metadata()).version());
    assertThat(found()).containsExactly("2 c", "3 d");
    write(rows("(2, 'lost')"), "(3)", 1);
    assertThat(found()).containsExactly("2 c", "3 d");
    assertThat(sink.lastCommit()).contains(metadata());
    assertThat(sink.next(metadata()).version()).isEqualTo(2);
  }

  private void write(Dataset<Row> rows, String gone, long version) {
    Dataset<Row> keys =
        session.sql("SELECT * FROM VALUES " + gone + " AS v(id) WHERE id IS NOT NULL");
    sink.write(rows, keys, new SinkTransaction("spark-llama/sink", version, metadata()));
  }

  private static SinkTransaction.Metadata metadata() {
    return new SinkTransaction.Metadata("sink", "run", "configuration", 3L, "table");
  }

  private Dataset<Row> rows(String... values) {
    return session.sql(
        "SELECT *, named_struct('source_hash', 'x') AS _llama FROM VALUES "
            + String.join(", ", values)
            + " AS v(id, answer)");
  }

  private List<String> found() {
    return sink.rows().orderBy("id").collectAsList().stream()
        .map(row -> row.get(0) + " " + row.get(1))
        .toList();
  }
}
