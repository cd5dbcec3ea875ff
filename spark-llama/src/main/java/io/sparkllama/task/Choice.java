package io.sparkllama.task;

import java.util.List;
import java.util.Optional;

/**
 * One of some labels, chosen by the log-probability of each after the prompt; nothing is generated.
 * The answer is a {@link Value.Scores}.
 */
public sealed interface Choice extends Task
    permits Sentiment, Emotion, DetectLanguage, Classify, Filter, Fits, Harms {

  /** What the parts of a divided text say of the whole. */
  enum Parts {
    /** Each weighs as many tokens as it has. */
    TOGETHER,
    /** The one for which the first label is likeliest speaks for all. */
    ANY
  }

  /** What can be answered, in the order in which prompts name it. */
  List<String> labels();

  /** How the model is to write each label. */
  default List<String> wordings() {
    return labels();
  }

  /**
   * How much of the model's leaning to some labels, whatever the text, is taken out of the
   * log-probabilities: from 0 for nothing, in which case it is not asked, to 1. The shares are
   * those that measured best, where a task has been measured.
   */
  double calibration();

  /** How the answers to the parts of a text that does not fit become one. */
  default Parts parts() {
    return Parts.TOGETHER;
  }

  /** The answer to a text without a character that shows; none where no label is right. */
  default Optional<String> blank() {
    return Optional.empty();
  }
}
