package io.sparkllama.jobs.pipeline.state;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A run that has ended without releasing its lock.
 *
 * @param runId of the run
 * @param started when, as ISO 8601 has it
 * @param last when it has last shown that it lived
 */
public record DeadRun(
    @JsonProperty("run_id") String runId,
    @JsonProperty("started") String started,
    @JsonProperty("last") String last) {}
