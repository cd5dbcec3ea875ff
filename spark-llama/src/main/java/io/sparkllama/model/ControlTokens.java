package io.sparkllama.model;

import java.util.List;
import java.util.OptionalInt;

/**
 * Ids with a meaning of their own.
 *
 * @param beginOfText id that opens a sequence, where the model has one
 * @param addBeginOfText whether plain text is encoded with {@code beginOfText} in front
 * @param stop ids that end an answer; at least one, in the package's order
 */
public record ControlTokens(OptionalInt beginOfText, boolean addBeginOfText, List<Integer> stop) {
  public ControlTokens {
    stop = List.copyOf(stop);
  }
}
