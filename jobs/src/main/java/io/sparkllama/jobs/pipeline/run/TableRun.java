package io.sparkllama.jobs.pipeline.run;

import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run over a table or files: all rows are compared, or those that a change data feed names. */
final class TableRun {

  private static final Logger LOG = LoggerFactory.getLogger(TableRun.class);

  private final RunContext run;
  private final Prepared prepared;
  private final Set<RunOption> options;

  TableRun(RunContext run, Prepared prepared, Set<RunOption> options) {
    this.run = run;
    this.prepared = prepared;
    this.options = options;
  }

  void run(Delivery delivery) {
    delivery.bring(
        changes(),
        () -> RowHashes.keys(prepared.source().rows(), run.definition().key()),
        prepared.sink().next(metadata()));
  }

  PipelinePlan plan() {
    Changes changes = changes();
    Answers.Questions questions =
        new Answers(prepared.pipeline(), run.results(), run.work()).questions(changes.todo());
    return PipelinePlan.of(
        run.session(), prepared.pipeline(), changes.counts(), questions.reused(), questions.rows());
  }

  /** What is to be done. */
  private Changes changes() {
    Dataset<Row> source = prepared.source().rows();
    return changedKeys()
        .map(keys -> changes(among(source, keys), among(prepared.sink().rows(), keys)))
        .orElseGet(() -> changes(source, prepared.sink().rows()));
  }

  private Changes changes(Dataset<Row> source, Dataset<Row> sink) {
    return Changes.byKeys(prepared.pipeline(), source, sink, waiting(), run.work());
  }

  /** Rows in quarantine that this run leaves there as long as they stay what they are. */
  private Dataset<Row> waiting() {
    Dataset<Row> open = run.quarantine().open();
    return options.contains(RunOption.RETRY_QUARANTINED) ? open.limit(0) : open;
  }

  private Dataset<Row> among(Dataset<Row> rows, Dataset<Row> keys) {
    return rows.join(keys, run.definition().key().toArray(String[]::new), "left_semi");
  }

  /** Nothing if every row must be compared. */
  private Optional<Dataset<Row>> changedKeys() {
    if (!options.isEmpty() && !options.equals(Set.of(RunOption.WAIT))) {
      return Optional.empty();
    }
    Optional<SinkTransaction.Metadata> last = prepared.sink().lastCommit();
    if (last.isEmpty() || !last.get().configuration().equals(prepared.pipeline().configuration())) {
      return Optional.empty();
    }
    return new ChangeFeed(run.session(), run.definition().source(), prepared.source())
        .since(last.get())
        .flatMap(this::kept);
  }

  /** The feed may end before the version that is asked for: then all rows are compared. */
  private Optional<Dataset<Row>> kept(Dataset<Row> changed) {
    Column[] key = RowHashes.columns(run.definition().key()).toArray(Column[]::new);
    try {
      return Optional.of(run.work().keep("keys", changed.select(key).distinct()));
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      LOG.warn(
          "Cannot read the change data feed of {}, so all rows are compared: {}",
          run.definition().source().table().text(),
          e.getMessage());
      return Optional.empty();
    }
  }

  private SinkTransaction.Metadata metadata() {
    SourceRows source = prepared.source();
    return new SinkTransaction.Metadata(
        run.definition().name(),
        run.runId(),
        prepared.pipeline().configuration(),
        source.version().isPresent() ? source.version().getAsLong() : null,
        source.tableId().orElse(null));
  }
}
