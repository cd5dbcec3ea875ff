package io.sparkllama.task;

import java.util.List;
import java.util.stream.IntStream;

/** What a task found out. No form shows its content in {@code toString}. */
public sealed interface Value {

  /** A text. */
  record Text(String text) implements Value {
    @Override
    public String toString() {
      return "Text";
    }
  }

  /**
   * How likely each label is.
   *
   * @param labels in the task's order
   * @param probabilities of each label, from 0 to 1; they sum to 1 where one label is chosen
   */
  record Scores(List<String> labels, List<Double> probabilities) implements Value {
    public Scores {
      labels = List.copyOf(labels);
      probabilities = List.copyOf(probabilities);
    }

    /** All of the probability on one label. */
    static Scores certain(List<String> labels, String label) {
      return new Scores(
          labels, labels.stream().map(name -> name.equals(label) ? 1.0 : 0.0).toList());
    }

    /** Nothing of any of them. */
    static Scores none(List<String> labels) {
      return new Scores(labels, labels.stream().map(name -> 0.0).toList());
    }

    /** The labels whose probability reaches a threshold, in the task's order. */
    public List<String> reaching(double threshold) {
      return IntStream.range(0, labels.size())
          .filter(i -> probabilities.get(i) >= threshold)
          .mapToObj(labels::get)
          .toList();
    }

    /** Index of the most likely label; the first of equals. */
    public int best() {
      int best = 0;
      for (int i = 1; i < probabilities.size(); i++) {
        if (probabilities.get(i) > probabilities.get(best)) {
          best = i;
        }
      }
      return best;
    }

    /** The most likely label. */
    public String label() {
      return labels.get(best());
    }

    @Override
    public String toString() {
      return "Scores";
    }
  }

  /** A number of tokens. */
  record Count(int count) implements Value {
    @Override
    public String toString() {
      return "Count";
    }
  }

  /** Aspects in the order in which the answer names them. */
  record Aspects(List<AspectSentiment> aspects) implements Value {
    public Aspects {
      aspects = List.copyOf(aspects);
    }

    @Override
    public String toString() {
      return "Aspects";
    }
  }

  /** A JSON object of the schema that was asked for. */
  record Json(String json) implements Value {
    @Override
    public String toString() {
      return "Json";
    }
  }

  /**
   * An answer with what moderation found in it.
   *
   * @param value the answer
   * @param flags what was found
   */
  record Flagged(Value value, Flags flags) implements Value {
    @Override
    public String toString() {
      return "Flagged";
    }
  }

  /**
   * Labels of {@link Hazard}.
   *
   * @param input those of what was asked about
   * @param answer those of the answer
   */
  record Flags(List<String> input, List<String> answer) {
    public Flags {
      input = List.copyOf(input);
      answer = List.copyOf(answer);
    }
  }

  /** There is nothing to say, as about the language of an empty text. */
  record None() implements Value {}
}
