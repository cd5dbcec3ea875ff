package io.sparkllama.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of some labels, chosen by the log-probability of each after the prompt; nothing is generated.
 * The answer is a {@link Value.Scores}.
 */
public sealed interface Choice extends Task {

  /** What can be answered, in the order in which prompts name it. */
  List<String> labels();

  /** How the model is to write each label. */
  default List<String> wordings() {
    return labels();
  }

  /**
   * Whether the model's leaning to some labels, whatever the text, is taken out of the
   * probabilities ({@link Leaning}).
   */
  boolean calibrated();

  /** The answer to a text without a character that shows; none where no label is right. */
  default Optional<String> blank() {
    return Optional.empty();
  }

  /**
   * Polarity of a text.
   *
   * @param scale the labels
   */
  record Sentiment(Polarity scale) implements Choice {

    /** Positive, negative and neutral. */
    public Sentiment() {
      this(Polarity.THREE);
    }

    @Override
    public String name() {
      return "sentiment";
    }

    @Override
    public List<String> labels() {
      return scale.labels();
    }

    @Override
    public boolean calibrated() {
      return false;
    }

    @Override
    public Optional<String> blank() {
      return Optional.of(Polarity.NEUTRAL);
    }

    @Override
    public Map<String, String> placeholders() {
      return Map.of("labels", Wording.alternatives(labels()));
    }
  }

  /** Ekman's six emotions, and neutral for a text without one. */
  record Emotion() implements Choice {

    public static final List<String> LABELS =
        List.of("anger", "disgust", "fear", "joy", "sadness", "surprise", Polarity.NEUTRAL);

    @Override
    public String name() {
      return "emotions";
    }

    @Override
    public List<String> labels() {
      return LABELS;
    }

    @Override
    public boolean calibrated() {
      return true;
    }

    @Override
    public Optional<String> blank() {
      return Optional.of(Polarity.NEUTRAL);
    }

    @Override
    public Map<String, String> placeholders() {
      return Map.of("labels", Wording.alternatives(LABELS));
    }
  }

  /** The language of a text, as ISO 639-1 code: one of {@link Languages}. */
  record DetectLanguage() implements Choice {

    @Override
    public String name() {
      return "detect_language";
    }

    @Override
    public List<String> labels() {
      return Languages.codes();
    }

    @Override
    public List<String> wordings() {
      return Languages.names();
    }

    @Override
    public boolean calibrated() {
      return true;
    }
  }

  /**
   * One of the caller's labels.
   *
   * @param choices at least two, of distinct names
   */
  record Classify(List<Label> choices) implements Choice {
    public Classify {
      choices = List.copyOf(choices);
    }

    @Override
    public String name() {
      return choices.stream().allMatch(label -> label.description().isEmpty())
          ? "classify"
          : "classify_described";
    }

    @Override
    public List<String> labels() {
      return choices.stream().map(Label::name).toList();
    }

    @Override
    public boolean calibrated() {
      return true;
    }

    @Override
    public Map<String, String> placeholders() {
      return Map.of(
          "labels", Wording.alternatives(labels()), "descriptions", Wording.described(choices));
    }
  }

  /**
   * Whether a text meets a condition: yes or no.
   *
   * @param condition a statement about the text
   */
  record Filter(String condition) implements Choice {

    public static final String YES = "yes";
    public static final String NO = "no";

    private static final List<String> WORDINGS = List.of("Yes", "No");

    @Override
    public String name() {
      return "filter";
    }

    @Override
    public List<String> labels() {
      return List.of(YES, NO);
    }

    @Override
    public List<String> wordings() {
      return WORDINGS;
    }

    @Override
    public boolean calibrated() {
      return true;
    }

    @Override
    public Optional<String> blank() {
      return Optional.of(NO);
    }

    @Override
    public Map<String, String> placeholders() {
      return Map.of("condition", condition);
    }
  }

  /**
   * Whether one label fits a text: yes or no. The text comes first in its prompt, so that many
   * labels share what the engine has read of it.
   */
  record Fits(Label label) implements Choice {

    @Override
    public String name() {
      return "fits";
    }

    @Override
    public List<String> labels() {
      return List.of(Filter.YES, Filter.NO);
    }

    @Override
    public List<String> wordings() {
      return Filter.WORDINGS;
    }

    @Override
    public boolean calibrated() {
      return true;
    }

    @Override
    public Map<String, String> placeholders() {
      return Map.of("label", Wording.described(label));
    }
  }
}
