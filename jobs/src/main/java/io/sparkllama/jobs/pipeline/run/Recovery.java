package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.pipeline.state.AnswerCounts;
import io.sparkllama.jobs.pipeline.state.DeadRun;
import io.sparkllama.jobs.pipeline.state.Outcome;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;

/** Begins with what runs have left that did not end well. */
record Recovery(RunContext run) {

  /**
   * @param dead runs that ended without releasing the lock
   */
  void recover(List<DeadRun> dead) {
    if (!run.journal().isEmpty()) {
      run.journal().requireReadable();
      run.journal().fold();
      run.journal().byRun().collectAsList().forEach(this::record);
      run.journal().clear();
    }
    dead.forEach(this::record);
    run.work().clear();
  }

  /** A run that was killed could not write its row. What it was not told in time is unknown. */
  private void record(Row left) {
    long asked = left.<Long>getAs("answers") + left.<Long>getAs("failures");
    record(
        left.getAs("run_id"),
        left.<Timestamp>getAs("first").toInstant(),
        left.<Timestamp>getAs("last").toInstant(),
        new AnswerCounts(
            0, asked, asked, left.getAs("prompt_tokens"), left.getAs("generated_tokens")));
  }

  /** One that was killed before it was told anything has left its lock alone. */
  private void record(DeadRun left) {
    record(
        left.runId(), Instant.parse(left.started()), Instant.parse(left.last()), AnswerCounts.NONE);
  }

  private void record(String runId, Instant first, Instant last, AnswerCounts answers) {
    if (run.runs().has(runId)) {
      return;
    }
    run.runs()
        .add(
            new RunRecord(
                runId,
                run.definition().name(),
                new Outcome(Ending.DIED, "Found dead by run " + run.runId() + "."),
                first,
                last,
                OptionalLong.empty(),
                RowCounts.NONE,
                answers,
                "",
                ""));
  }
}
