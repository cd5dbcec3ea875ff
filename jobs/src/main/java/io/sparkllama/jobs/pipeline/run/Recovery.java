package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.pipeline.state.AnswerCounts;
import io.sparkllama.jobs.pipeline.state.Outcome;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import java.sql.Timestamp;
import java.util.OptionalLong;
import org.apache.spark.sql.Row;

/** Begins with what runs have left that did not end well. */
record Recovery(RunContext run) {

  void recover() {
    if (!run.journal().isEmpty()) {
      run.journal().warn();
      run.journal().fold();
      run.journal().byRun().collectAsList().forEach(this::record);
      run.journal().clear();
    }
    run.work().clear();
  }

  /** A run that was killed could not write its row. What it was not told in time is unknown. */
  private void record(Row left) {
    String runId = left.getAs("run_id");
    if (run.runs().has(runId)) {
      return;
    }
    long asked = left.<Long>getAs("answers") + left.<Long>getAs("failures");
    run.runs()
        .add(
            new RunRecord(
                runId,
                run.definition().name(),
                new Outcome(Ending.DIED, "Found dead by run " + run.runId() + "."),
                left.<Timestamp>getAs("first").toInstant(),
                left.<Timestamp>getAs("last").toInstant(),
                OptionalLong.empty(),
                RowCounts.NONE,
                new AnswerCounts(
                    0, asked, asked, left.getAs("prompt_tokens"), left.getAs("generated_tokens")),
                "",
                ""));
  }
}
