package io.sparkllama.jobs.pipeline.definition;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pipeline file says.
 *
 * @param name of the pipeline, by which its results, rows and runs are known
 * @param model path or URI of the model package
 * @param source rows to answer
 * @param key columns of the source that tell its rows apart
 * @param steps in the order of the file; a step may read columns of earlier ones
 * @param sink table of the source's columns and the answers
 * @param state folder of what the pipeline remembers
 * @param onError what becomes of a row that cannot be answered
 * @param maxErrorRate share of answers that may fail before a run is stopped, in (0, 1]
 * @param reuse whose earlier answers are taken
 * @param gate what the model must show before anything is written
 * @param conf session confs for the runs of the pipeline
 * @param places where each part stands in the file
 */
public record Pipeline(
    String name,
    String model,
    Source source,
    List<String> key,
    List<Step> steps,
    TableName sink,
    String state,
    OnError onError,
    Optional<Double> maxErrorRate,
    Reuse reuse,
    Optional<Gate> gate,
    Map<String, String> conf,
    Places places) {

  /** What becomes of a row that cannot be answered. */
  public enum OnError {
    /** It goes to the quarantine table and not to the sink. */
    QUARANTINE,
    /** It goes to the sink without the answer. */
    NULL,
    /** It fails the run. */
    FAIL
  }

  /** Whose earlier answers to the same question about the same text are taken. */
  public enum Reuse {
    /** Those of this pipeline. */
    OWN,
    /** Those of every pipeline with the same state folder. */
    SHARED
  }
}
