package io.sparkllama.jobs.pipeline.run;

import java.util.Optional;

/**
 * What a step would ask.
 *
 * @param column of the step
 * @param asked rows without an answer, those that ask the same by all steps counted once
 * @param size of that; empty if nothing is asked, or if it depends on what other steps answer
 * @param basis how exact the size is
 */
public record StepPlan(String column, long asked, Optional<Size> size, String basis) {

  /**
   * Requests and tokens.
   *
   * @param requests to engines
   * @param refused rows that would have no answer
   * @param promptTokens that engines would read
   * @param mostNewTokens that engines would write at most
   */
  public record Size(long requests, long refused, long promptTokens, long mostNewTokens) {}
}
