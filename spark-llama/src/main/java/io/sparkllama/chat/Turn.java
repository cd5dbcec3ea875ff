package io.sparkllama.chat;

import java.time.Duration;

/**
 * What became of a question.
 *
 * @param end why its answer ended
 * @param promptTokens tokens of the conversation up to the answer
 * @param reusedTokens those of them whose keys and values earlier turns had left; 0 for an answer
 *     that was stopped
 * @param answerTokens tokens of the answer
 * @param forgottenTurns earlier turns that had to go for this one to fit
 * @param firstToken from the question to the answer's first token; all of the time where there is
 *     none
 * @param time from the question to the end of the answer
 */
public record Turn(
    End end,
    int promptTokens,
    int reusedTokens,
    int answerTokens,
    int forgottenTurns,
    Duration firstToken,
    Duration time) {

  /** Why an answer ended. */
  public enum End {
    /** The model ended it. */
    STOP,
    /** It has as many tokens as it may have. */
    LENGTH,
    /** Somebody stopped it; what there was of it stays in the conversation. */
    STOPPED
  }
}
