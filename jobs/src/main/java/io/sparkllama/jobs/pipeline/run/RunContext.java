package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.state.Journal;
import io.sparkllama.jobs.pipeline.state.Quarantine;
import io.sparkllama.jobs.pipeline.state.Results;
import io.sparkllama.jobs.pipeline.state.Runs;
import io.sparkllama.jobs.pipeline.state.StateFolder;
import java.time.Instant;
import java.util.UUID;
import org.apache.spark.sql.classic.SparkSession;

/**
 * What a run works with.
 *
 * @param session with the pipeline's confs
 * @param definition as the file has it
 * @param runId of everything that the run writes
 */
record RunContext(
    SparkSession session,
    Pipeline definition,
    String runId,
    Instant started,
    StateFolder state,
    Results results,
    Journal journal,
    Quarantine quarantine,
    Runs runs,
    WorkFolder work) {

  static RunContext of(SparkSession session, Pipeline pipeline) {
    String runId = UUID.randomUUID().toString();
    StateFolder state =
        new StateFolder(pipeline.state(), pipeline.name(), session.sessionState().newHadoopConf());
    Results results = new Results(session, state);
    return new RunContext(
        session,
        pipeline,
        runId,
        Instant.now(),
        state,
        results,
        new Journal(session, state, results),
        new Quarantine(session, state),
        new Runs(session, state),
        new WorkFolder(session, state, runId));
  }
}
