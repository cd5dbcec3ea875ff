package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.state.AnswerCounts;
import io.sparkllama.jobs.pipeline.state.Outcome;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import java.time.Instant;
import java.util.OptionalLong;

/** What is known of a run so far, also where it fails. For one thread. */
final class RunFigures {

  private OptionalLong sourceVersion = OptionalLong.empty();
  private RowCounts rows = RowCounts.NONE;
  private long reused;
  private long asked;
  private AnswerCounts answers = AnswerCounts.NONE;
  private String configuration = "";
  private String modelSha256 = "";

  void source(OptionalLong version) {
    sourceVersion = version;
  }

  void pipeline(CheckedPipeline pipeline) {
    configuration = pipeline.configuration();
    modelSha256 = pipeline.modelSha256();
  }

  void rows(RowCounts more) {
    rows = rows.plus(more);
  }

  void questions(Answers.Questions questions) {
    reused += questions.reused();
    asked += questions.asked();
  }

  void answers(EngineCounts counts) {
    answers = counts.now(reused, asked);
  }

  boolean incomplete() {
    return rows.failed() > 0;
  }

  RunRecord record(RunContext run, Outcome outcome) {
    return new RunRecord(
        run.runId(),
        run.definition().name(),
        outcome,
        run.started(),
        Instant.now(),
        sourceVersion,
        rows,
        answers,
        configuration,
        modelSha256);
  }
}
