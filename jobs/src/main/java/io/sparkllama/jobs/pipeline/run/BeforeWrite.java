package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import org.apache.spark.sql.classic.SparkSession;

/** Looks at a pipeline after its checks and before a run asks or writes anything. */
@FunctionalInterface
public interface BeforeWrite {

  /**
   * @param session with the pipeline's confs
   * @throws io.sparkllama.jobs.JobException to stop the run with everything untouched
   */
  void look(SparkSession session, CheckedPipeline pipeline);
}
