package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.state.RowCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a run over a stream would do. Its batches are read behind a copy of the checkpoint, so that
 * the next run reads them again. Each is compared with the sink as it is now: a row that comes in
 * two batches counts twice, but what both ask counts once.
 */
final class StreamPlan {

  private final RunContext run;
  private final Prepared prepared;
  private final StreamBatches batches;
  private final List<Answers.Questions> questions = new ArrayList<>();
  private RowCounts counts = RowCounts.NONE;

  StreamPlan(RunContext run, Prepared prepared) {
    this.run = run;
    this.prepared = prepared;
    this.batches = new StreamBatches(run, prepared);
  }

  PipelinePlan plan() {
    batches.read(checkpoint(), this::batch);
    if (questions.isEmpty()) {
      batch(prepared.source().rows().limit(0), 0);
    }
    Dataset<Row> all =
        questions.stream().map(Answers.Questions::rows).reduce(Dataset::union).orElseThrow();
    return PipelinePlan.of(
        run.session(),
        prepared.pipeline(),
        counts,
        questions.stream().mapToLong(Answers.Questions::reused).sum(),
        Answers.distinct(all, prepared.pipeline()));
  }

  /** As another stream, since the one that it is copied from may be running. */
  private String checkpoint() {
    String copy = run.work().path("checkpoint");
    if (run.state().exists(run.state().checkpoint())) {
      run.state().copy(run.state().checkpoint(), copy);
      run.state().write(copy + "/metadata", "{\"id\":\"%s\"}".formatted(UUID.randomUUID()));
    }
    return copy;
  }

  private void batch(Dataset<Row> batch, long id) {
    WorkFolder work = run.work().of("batch-" + id);
    Changes changes = batches.changes(batch, run.quarantine().open(), work);
    questions.add(new Answers(prepared.pipeline(), run.results(), work).questions(changes.todo()));
    counts = counts.plus(changes.counts());
  }
}
