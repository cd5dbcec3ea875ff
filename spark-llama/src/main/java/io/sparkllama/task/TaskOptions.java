package io.sparkllama.task;

import io.sparkllama.engine.Sampling;
import java.io.Serializable;
import java.util.List;

/**
 * How a task is answered.
 *
 * @param maxTokens most tokens of an answer; 0 for as many as the task allows
 * @param sampling how each token of an answer is chosen
 * @param stop texts that end an answer; they are not part of it
 * @param adapter name of an adapter that the package carries, or path of an adapter's file; empty
 *     for none
 * @param longText what happens to a text that does not fit a slot
 */
public record TaskOptions(
    int maxTokens, Sampling sampling, List<String> stop, String adapter, LongText longText)
    implements Serializable {

  /** Greedy, without an adapter; a text that does not fit is an error. */
  public static final TaskOptions DEFAULTS =
      new TaskOptions(0, Sampling.GREEDY, List.of(), "", LongText.ERROR);

  public TaskOptions {
    stop = List.copyOf(stop);
  }

  public TaskOptions withMaxTokens(int tokens) {
    return new TaskOptions(tokens, sampling, stop, adapter, longText);
  }

  public TaskOptions withAdapter(String name) {
    return new TaskOptions(maxTokens, sampling, stop, name, longText);
  }

  public TaskOptions withLongText(LongText policy) {
    return new TaskOptions(maxTokens, sampling, stop, adapter, policy);
  }
}
