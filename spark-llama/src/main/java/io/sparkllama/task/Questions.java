package io.sparkllama.task;

import java.util.List;

/**
 * Several questions of yes or no about a text, asked apart. The answer is a {@link Value.Scores} of
 * how likely each yes is, so the probabilities do not sum to 1.
 */
public sealed interface Questions extends Task permits Tagging, Moderate {

  /** At least one; of each the first label is yes. */
  List<? extends Choice> questions();

  /** What the answer calls each question. */
  List<String> names();
}
