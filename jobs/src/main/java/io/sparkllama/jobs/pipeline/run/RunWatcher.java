package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import org.apache.spark.sql.classic.SparkSession;

/** Is told what becomes of a run, in this order, by the thread that runs it. */
public interface RunWatcher {

  /**
   * All checks are passed; nothing has been asked or written.
   *
   * @param session with the pipeline's confs
   * @param runId of the run
   * @throws io.sparkllama.jobs.JobException to stop the run with everything untouched
   */
  default void checked(SparkSession session, CheckedPipeline pipeline, String runId) {}

  /** The model is going to be asked. */
  default void asking(RunProgress progress) {}

  /** The model has been asked, or that has failed. */
  default void asked() {}

  /** The run has ended, well or not, and the table of runs has it. */
  default void recorded(RunRecord run) {}
}
