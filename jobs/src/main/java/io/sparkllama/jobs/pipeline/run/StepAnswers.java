package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.state.Journal;
import io.sparkllama.jobs.pipeline.state.Results;
import io.sparkllama.jobs.pipeline.state.StateFolder;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;

/** Answers rows that go to no sink, by the table of results as all others. */
public final class StepAnswers {

  private StepAnswers() {}

  /**
   * Answers rows under the lock of a run whose journal is empty so far.
   *
   * @param steps whose source has the columns of the rows
   * @param runId of the run that asks
   * @param use what is done with the rows as a sink would have them, those without an answer too
   * @return what {@code use} returns
   */
  public static <T> T of(
      SparkSession session,
      CheckedPipeline steps,
      Dataset<Row> rows,
      String runId,
      Function<Dataset<Row>, T> use) {
    Pipeline pipeline = steps.definition();
    StateFolder state =
        new StateFolder(pipeline.state(), pipeline.name(), session.sessionState().newHadoopConf());
    Results results = new Results(session, state);
    Journal journal = new Journal(session, state, results);
    WorkFolder work = new WorkFolder(session, state, runId);
    Dataset<Row> todo = RowHashes.add(rows, steps);
    Answers answers = new Answers(steps, results, work);
    try {
      answers.ask(answers.questions(todo), journal.ofTasks(runId));
      journal.fold(steps.calls());
      Timestamp now = Timestamp.from(Instant.now());
      T used =
          use.apply(
              new AnsweredRows(
                      steps,
                      runId,
                      now,
                      todo,
                      call -> results.of(call, pipeline.reuse()),
                      journal.failures())
                  .all());
      journal.clear(runId);
      return used;
    } finally {
      work.remove();
    }
  }
}
