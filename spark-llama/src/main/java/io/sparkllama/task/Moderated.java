package io.sparkllama.task;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * A text that is written about an input, where both are moderated: the input before the model
 * writes, the answer after. Adapters are for writing; the model moderates without.
 *
 * @param writing whose answer is a text
 * @param moderate which hazards count
 * @param threshold least probability of a hazard that counts, from 0 to 1
 * @param verdict what becomes of a text with one
 */
public record Moderated(Writing writing, Moderate moderate, double threshold, Verdict verdict)
    implements Task {

  /** What becomes of a text that may do harm. */
  public enum Verdict {
    /** There is no answer, but a reason. */
    BLOCK,
    /** The answer is a {@link Value.Flagged}. */
    FLAG
  }

  @Override
  public String name() {
    return writing.name();
  }

  @Override
  public Map<String, String> placeholders() {
    return writing.placeholders();
  }

  @Override
  public boolean generates() {
    return true;
  }

  @Override
  public boolean divisible() {
    return writing.divisible();
  }

  /** Of a conversation, what the user said: the rest is the caller's or the model's. */
  static TaskInput spoken(TaskInput input) {
    return input instanceof TaskInput.Chat chat
        ? TaskInput.of(
            chat.messages().stream()
                .filter(message -> message.role().equals("user"))
                .map(message -> message.content())
                .collect(Collectors.joining("\n\n")))
        : input;
  }
}
