package io.sparkllama.task;

import java.util.List;
import java.util.Optional;

/**
 * One of some labels, chosen by the log-probability of each after the prompt; nothing is generated.
 * The answer is a {@link Value.Scores}.
 */
public sealed interface Choice extends Task
    permits Sentiment, Emotion, DetectLanguage, Classify, Filter, Fits {

  /** What can be answered, in the order in which prompts name it. */
  List<String> labels();

  /** How the model is to write each label. */
  default List<String> wordings() {
    return labels();
  }

  /**
   * How much of the model's leaning to some labels, whatever the text, is taken out of the
   * log-probabilities: from 0 for nothing, in which case it is not asked, to 1. The shares of the
   * tasks are those that measured best.
   */
  double calibration();

  /** The answer to a text without a character that shows; none where no label is right. */
  default Optional<String> blank() {
    return Optional.empty();
  }
}
