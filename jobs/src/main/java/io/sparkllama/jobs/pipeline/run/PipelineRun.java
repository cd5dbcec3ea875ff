package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.Reasons;
import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.PipelineCheck;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.state.AnswerCounts;
import io.sparkllama.jobs.pipeline.state.Journal;
import io.sparkllama.jobs.pipeline.state.Outcome;
import io.sparkllama.jobs.pipeline.state.Quarantine;
import io.sparkllama.jobs.pipeline.state.Results;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import io.sparkllama.jobs.pipeline.state.Runs;
import io.sparkllama.jobs.pipeline.state.StateFolder;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/** One run: from the rows of the source to a commit of the sink and a row in the table of runs. */
public final class PipelineRun {

  private final SparkSession session;
  private final Pipeline pipeline;
  private final Scope scope;
  private final List<RunWatcher> watchers;
  private final StateFolder state;
  private final Results results;
  private final Journal journal;
  private final Quarantine quarantine;
  private final String runId = UUID.randomUUID().toString();
  private final Instant started = Instant.now();
  private final WorkFolder work;

  private OptionalLong sourceVersion = OptionalLong.empty();
  private RowCounts rows = RowCounts.NONE;
  private AnswerCounts answers = AnswerCounts.NONE;
  private String configuration = "";
  private String modelSha256 = "";

  private PipelineRun(
      SparkSession session, Pipeline pipeline, Scope scope, List<RunWatcher> watchers) {
    this.session = session;
    this.pipeline = pipeline;
    this.scope = scope;
    this.watchers = watchers;
    this.state =
        new StateFolder(pipeline.state(), pipeline.name(), session.sessionState().newHadoopConf());
    this.results = new Results(session, state);
    this.journal = new Journal(session, state, results);
    this.quarantine = new Quarantine(session, state);
    this.work = new WorkFolder(session, state, runId);
  }

  /**
   * Runs a pipeline.
   *
   * @param session whose confs stay as they are
   * @param watchers that are told of it, in order
   * @return the run's figures, which the table of runs has too
   */
  public static RunRecord run(
      org.apache.spark.sql.SparkSession session,
      Pipeline pipeline,
      Scope scope,
      List<RunWatcher> watchers) {
    SparkSession own = PipelineSession.open(session, pipeline);
    return new PipelineRun(own, pipeline, scope, watchers).recorded();
  }

  /**
   * Checks a pipeline and runs nothing.
   *
   * @throws JobException with every mistake and its line
   */
  public static CheckedPipeline check(
      org.apache.spark.sql.SparkSession session, Pipeline pipeline) {
    SparkSession own = PipelineSession.open(session, pipeline);
    PipelineRun run = new PipelineRun(own, pipeline, Scope.CHANGED, List.of());
    Dataset<Row> source = run.source().rows();
    CheckedPipeline checked = PipelineCheck.check(own, pipeline, source);
    run.sink(checked, source).requireFit();
    return checked;
  }

  private SourceRows source() {
    return SourceRows.open(session, pipeline.source(), pipeline.places(), "source");
  }

  private RunRecord recorded() {
    EngineCounts counts = EngineCounts.start(session);
    RunRecord run;
    try (counts) {
      run = record(new Outcome(run(counts), ""));
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      recordFailure(e);
      throw e;
    }
    watchers.forEach(watcher -> watcher.recorded(run));
    return run;
  }

  private void recordFailure(Exception failure) {
    try {
      Ending ending = failure instanceof JobException job ? job.ending() : Ending.FAILED;
      RunRecord run = record(new Outcome(ending, Reasons.of(failure)));
      watchers.forEach(watcher -> watcher.recorded(run));
    } catch (Exception e) { // what went wrong first counts
      failure.addSuppressed(e);
    }
  }

  private RunRecord record(Outcome outcome) {
    RunRecord run =
        new RunRecord(
            runId,
            pipeline.name(),
            outcome,
            started,
            Instant.now(),
            sourceVersion,
            rows,
            answers,
            configuration,
            modelSha256);
    new Runs(session, state).add(run);
    return run;
  }

  private Ending run(EngineCounts counts) {
    SourceRows source = source();
    sourceVersion = source.version();
    CheckedPipeline checked = PipelineCheck.check(session, pipeline, source.rows());
    configuration = checked.configuration();
    modelSha256 = checked.modelSha256();
    SinkTable sink = sink(checked, source.rows());
    sink.requireFit();
    tell(checked, counts);
    journal.fold();
    journal.clear();
    work.clear();
    Changes changes = Changes.byKeys(checked, source.rows(), sink, waiting(), work);
    rows = changes.counts();
    if (rows.todo() > 0) {
      answer(checked, changes, counts);
    }
    write(checked, changes, source.rows(), sink);
    journal.clear();
    work.clear();
    return rows.failed() > 0 ? Ending.INCOMPLETE : Ending.DONE;
  }

  /** What a watcher asks the model counts as asked by the run. */
  private void tell(CheckedPipeline checked, EngineCounts counts) {
    try {
      watchers.forEach(watcher -> watcher.checked(session, checked, runId));
    } finally {
      counts.settle();
      answers = counts.now(0, 0);
    }
  }

  /** Rows in quarantine that this run leaves there as long as they stay what they are. */
  private Dataset<Row> waiting() {
    Dataset<Row> open = quarantine.open();
    return scope == Scope.CHANGED ? open : open.limit(0);
  }

  /** The sink with the columns that the pipeline gives it. */
  private SinkTable sink(CheckedPipeline checked, Dataset<Row> source) {
    Dataset<Row> todo = RowHashes.add(source, checked).withColumn(Changes.ADDED, lit(true));
    return new SinkTable(session, pipeline, answered(checked, todo).all().schema());
  }

  private AnsweredRows answered(CheckedPipeline checked, Dataset<Row> todo) {
    return new AnsweredRows(
        checked, runId, Timestamp.from(started), todo, results, journal.failures());
  }

  private void answer(CheckedPipeline checked, Changes changes, EngineCounts counts) {
    Answers asking = new Answers(checked, results, work);
    Answers.Questions questions = asking.questions(changes.todo());
    answers = counts.now(questions.reused(), questions.asked());
    watchers.forEach(watcher -> watcher.asking(counts.progress(questions)));
    try {
      asking.ask(questions, journal.writer(runId));
    } finally {
      watchers.forEach(RunWatcher::asked);
      counts.settle();
      answers = counts.now(questions.reused(), questions.asked());
    }
    journal.fold();
  }

  private void write(
      CheckedPipeline checked, Changes changes, Dataset<Row> source, SinkTable sink) {
    AnsweredRows answered = answered(checked, changes.todo());
    boolean failures = !journal.failures().isEmpty();
    if (failures) {
      rows = rows.withFailed(answered.failed().count());
      requireAllowed(answered);
    }
    boolean kept = failures && pipeline.onError() == Pipeline.OnError.QUARANTINE;
    updateQuarantine(kept ? answered.failed() : answered.failed().limit(0), changes.todo(), source);
    if (rows.todo() + rows.deleted() > 0) {
      sink.write(
          kept ? answered.complete() : answered.all(),
          kept ? changes.gone().union(answered.failedKeys()) : changes.gone(),
          sink.nextTransaction(),
          metadata());
    }
  }

  private void requireAllowed(AnsweredRows answered) {
    if (pipeline.onError() == Pipeline.OnError.FAIL && rows.failed() > 0) {
      throw new JobException(
          "Failed to answer %,d rows, and on_error is fail. The first: %s To go on without such rows say on_error: quarantine."
              .formatted(rows.failed(), answered.failed().first().<String>getAs("reason")));
    }
  }

  /** Rows in quarantine that were answered now, or that the source has no more, leave it. */
  private void updateQuarantine(Dataset<Row> failed, Dataset<Row> todo, Dataset<Row> source) {
    Dataset<Row> open = quarantine.open().select("key");
    if (rows.failed() == 0 && open.isEmpty()) {
      return;
    }
    Dataset<Row> answered =
        open.join(keys(todo), "key", "left_semi").join(failed.select("key"), "key", "left_anti");
    Dataset<Row> gone = open.join(keys(RowHashes.keys(source, pipeline.key())), "key", "left_anti");
    quarantine.update(failed, answered.union(gone).distinct());
  }

  private static Dataset<Row> keys(Dataset<Row> rows) {
    return rows.select(col(RowHashes.KEY).as("key"));
  }

  private String metadata() {
    return "{\"pipeline\": \"%s\", \"run_id\": \"%s\", \"source_version\": %s, \"configuration\": \"%s\"}"
        .formatted(
            pipeline.name(),
            runId,
            sourceVersion.isPresent() ? Long.toString(sourceVersion.getAsLong()) : "null",
            configuration);
  }
}
