package io.sparkllama.task;

/**
 * What a task asks of an engine.
 *
 * @param requests requests to the engine
 * @param promptTokens tokens of their prompts
 * @param mostNewTokens most tokens that their answers may have
 */
public record TaskSize(long requests, long promptTokens, long mostNewTokens) {

  /** Of what is answered without the model. */
  public static final TaskSize NOTHING = new TaskSize(0, 0, 0);

  public TaskSize plus(TaskSize other) {
    return new TaskSize(
        requests + other.requests,
        promptTokens + other.promptTokens,
        mostNewTokens + other.mostNewTokens);
  }

  public TaskSize times(long count) {
    return new TaskSize(requests * count, promptTokens * count, mostNewTokens * count);
  }
}
