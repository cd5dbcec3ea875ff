package io.sparkllama.finetune;

import io.sparkllama.tokenizer.Tokens;
import java.util.OptionalInt;

/**
 * A prompt with the answer to learn.
 *
 * @param prompt ids up to where the answer begins; at least one
 * @param answer ids of the answer with its end of turn; at least one, and they alone count in the
 *     loss
 * @param label index of the answer among the labels, where the data has labels
 */
public record TrainingExample(Tokens prompt, Tokens answer, OptionalInt label) {

  /** A free answer. */
  public static TrainingExample of(Tokens prompt, Tokens answer) {
    return new TrainingExample(prompt, answer, OptionalInt.empty());
  }

  /** Tokens of prompt and answer. */
  public int length() {
    return prompt.length() + answer.length();
  }

  /** Names the lengths only: ids are text, and text stays out of logs. */
  @Override
  public String toString() {
    return "TrainingExample[%d, %d]".formatted(prompt.length(), answer.length());
  }
}
