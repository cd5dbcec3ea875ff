package io.sparkllama.jobs.pipeline.state;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A line of the journal.
 *
 * @param value JSON; null for a failure
 * @param error why there is no answer; null for an answer
 */
record JournalLine(
    @JsonProperty("call") String call,
    @JsonProperty("key") String key,
    @JsonProperty("value") String value,
    @JsonProperty("error") String error,
    @JsonProperty("finish_reason") String finishReason,
    @JsonProperty("prompt_tokens") Integer promptTokens,
    @JsonProperty("generated_tokens") Integer generatedTokens,
    @JsonProperty("pipeline") String pipeline,
    @JsonProperty("run_id") String runId,
    @JsonProperty("time") String time) {}
