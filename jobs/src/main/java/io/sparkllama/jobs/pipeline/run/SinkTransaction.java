package io.sparkllama.jobs.pipeline.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;

/**
 * A commit of the sink. One with a version that is not above the application's last changes
 * nothing.
 *
 * @param application who numbers
 * @param version its number
 * @param metadata what the table's history says of it
 */
record SinkTransaction(String application, long version, Metadata metadata) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What stands in the history.
   *
   * @param sourceVersion of a Delta source, which the sink follows now
   * @param sourceId of the source's table, which another table of the same name does not have
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Metadata(
      @JsonProperty("pipeline") String pipeline,
      @JsonProperty("run_id") String runId,
      @JsonProperty("configuration") String configuration,
      @JsonProperty("source_version") Long sourceVersion,
      @JsonProperty("source_id") String sourceId) {

    String json() {
      try {
        return JSON.writeValueAsString(this);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("texts and numbers are JSON", e);
      }
    }

    /** Nothing of what others have written. */
    static Optional<Metadata> parse(String json) {
      try {
        return Optional.of(JSON.readValue(json, Metadata.class));
      } catch (JsonProcessingException e) {
        return Optional.empty();
      }
    }
  }
}
