package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.spark.settings.LlamaConf;
import org.apache.spark.sql.classic.SparkSession;

/** A session of the same application with the confs of a pipeline. */
public final class PipelineSession {

  private PipelineSession() {}

  /**
   * @param session whose confs stay as they are
   */
  public static SparkSession open(org.apache.spark.sql.SparkSession session, Pipeline pipeline) {
    SparkSession own = ((SparkSession) session).cloneSession();
    pipeline.conf().forEach((name, value) -> own.conf().set(name, value));
    own.conf().set(LlamaConf.MODEL.key(), pipeline.model());
    return own;
  }
}
