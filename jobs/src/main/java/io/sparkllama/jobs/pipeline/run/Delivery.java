package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.col;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import io.sparkllama.jobs.pipeline.state.RunLock;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Answers what has changed and brings it into the tables, the sink last. */
final class Delivery {

  private final RunContext run;
  private final CheckedPipeline pipeline;
  private final SinkTable sink;
  private final RunFigures figures;
  private final EngineCounts counts;
  private final List<RunWatcher> watchers;
  private final RunLock lock;

  Delivery(
      RunContext run,
      Prepared prepared,
      RunFigures figures,
      EngineCounts counts,
      List<RunWatcher> watchers,
      RunLock lock) {
    this.run = run;
    this.pipeline = prepared.pipeline();
    this.sink = prepared.sink();
    this.figures = figures;
    this.counts = counts;
    this.watchers = watchers;
    this.lock = lock;
  }

  /**
   * @param present keys of the source as {@link RowHashes#KEY}, for rows in quarantine that it has
   *     no more; asked for only if there are any
   * @param transaction of the sink's commit
   */
  void bring(Changes changes, Supplier<Dataset<Row>> present, SinkTransaction transaction) {
    Dataset<Row> failures =
        changes.counts().todo() > 0 ? answer(changes) : run.journal().noFailures();
    AnsweredRows answered =
        new AnsweredRows(
            pipeline,
            run.runId(),
            Timestamp.from(run.started()),
            changes.todo(),
            call -> run.results().of(call, pipeline.definition().reuse()),
            failures);
    long failed = failures.isEmpty() ? 0 : answered.failed().count();
    RowCounts rows = changes.counts().withFailed(failed);
    requireAllowed(answered, failed);
    boolean kept = failed > 0 && run.definition().onError() == Pipeline.OnError.QUARANTINE;
    updateQuarantine(
        kept ? Optional.of(answered.failed()) : Optional.empty(), changes.todo(), present);
    if (rows.todo() + rows.deleted() > 0) {
      lock.requireHeld();
      sink.write(
          kept ? answered.complete() : answered.all(),
          kept ? changes.gone().union(answered.failedKeys()) : changes.gone(),
          transaction);
    }
    figures.rows(rows);
    run.journal().clear(run.runId());
  }

  /** Returns what could not be answered. */
  private Dataset<Row> answer(Changes changes) {
    Answers asking = new Answers(pipeline, run.results(), run.work());
    Answers.Questions questions = asking.questions(changes.todo());
    figures.questions(questions);
    watchers.forEach(watcher -> watcher.asking(counts.progress(questions)));
    try {
      asking.ask(questions, run.journal().ofTasks(run.runId()));
    } finally {
      watchers.forEach(RunWatcher::asked);
      counts.settle();
      figures.answers(counts);
    }
    requireFew();
    run.journal().fold(pipeline.calls());
    // Nothing to join with where nothing has failed, as on most nights.
    Dataset<Row> failures = run.journal().failures();
    return failures.isEmpty() ? run.journal().noFailures() : failures;
  }

  /** What came with the last tasks may have been too much. */
  private void requireFew() {
    ErrorLimit.of(run.definition())
        .reason(counts.errors(), counts.calls())
        .ifPresent(
            reason -> {
              throw reason;
            });
  }

  private void requireAllowed(AnsweredRows answered, long failed) {
    if (failed > 0 && run.definition().onError() == Pipeline.OnError.FAIL) {
      throw new JobException(
          "Failed to answer %,d rows, and on_error is fail. The first: %s To go on without such rows say on_error: quarantine."
              .formatted(failed, answered.failed().first().<String>getAs("reason")));
    }
  }

  /** Rows in quarantine that were answered now, or that the source has no more, leave it. */
  private void updateQuarantine(
      Optional<Dataset<Row>> failed, Dataset<Row> todo, Supplier<Dataset<Row>> present) {
    Dataset<Row> open = run.quarantine().open().select("key");
    if (failed.isEmpty() && open.isEmpty()) {
      return;
    }
    Dataset<Row> asked = open.join(keys(todo), "key", "left_semi");
    Dataset<Row> answered =
        failed.map(some -> asked.join(some.select("key"), "key", "left_anti")).orElse(asked);
    Dataset<Row> gone = open.join(keys(present.get()), "key", "left_anti");
    run.quarantine().update(failed, answered.union(gone).distinct());
  }

  private static Dataset<Row> keys(Dataset<Row> rows) {
    return rows.select(col(RowHashes.KEY).as("key"));
  }
}
