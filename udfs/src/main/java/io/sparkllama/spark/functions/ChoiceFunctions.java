package io.sparkllama.spark.functions;

import static io.sparkllama.spark.functions.Parameter.required;

import io.sparkllama.task.DetectLanguage;
import io.sparkllama.task.Emotion;
import io.sparkllama.task.Filter;
import io.sparkllama.task.Polarity;
import io.sparkllama.task.Sentiment;
import java.util.List;
import java.util.stream.Stream;

/** Functions that score labels. */
final class ChoiceFunctions {

  private ChoiceFunctions() {}

  static List<LlamaFunction> choices() {
    FunctionDraft choice = FunctionDraft.over(LlamaFunctionCatalog.TEXT, Option.OF_CHOICE);
    return Stream.of(
            LlamaFunctionCatalog.both(
                "sentiment",
                choice.asking(
                    "Whether a text is positive, negative or neutral.",
                    call -> new Asked(new Sentiment(), new AnswerType.Label())),
                "('I love this phone.')"),
            LlamaFunctionCatalog.both(
                "sentiment_scores",
                choice.asking(
                    "The probability of each sentiment, as struct<positive, negative, neutral>.",
                    call ->
                        new Asked(new Sentiment(), new AnswerType.Fields(Polarity.THREE.labels()))),
                "('I love this phone.')"),
            LlamaFunctionCatalog.both(
                "emotions",
                choice.asking(
                    "The probability of each of "
                        + String.join(", ", Emotion.LABELS)
                        + ", as a map.",
                    call -> new Asked(new Emotion(), new AnswerType.Map())),
                "('I am so happy for you!')"),
            LlamaFunctionCatalog.both(
                "detect_language",
                choice.asking(
                    "The language of a text as ISO 639-1 code; NULL for a blank one.",
                    call -> new Asked(new DetectLanguage(), new AnswerType.Label())),
                "('Guten Morgen.')"),
            LlamaFunctionCatalog.both(
                "filter",
                FunctionDraft.over(
                        LlamaFunctionCatalog.TEXT,
                        Option.OF_CHOICE,
                        required("condition", "a statement that is true or false of a text"))
                    .asking(
                        "Whether a condition is true of a text.",
                        call ->
                            new Asked(
                                new Filter(call.text("condition").orElseThrow()),
                                new AnswerType.Truth())),
                "('The soup was cold.', 'It is about food.')"),
            LlamaFunctionCatalog.both(
                "moderate",
                FunctionDraft.over(
                        LlamaFunctionCatalog.TEXT,
                        Option.OF_CHOICE,
                        ModerateArguments.CATEGORIES,
                        ModerateArguments.THRESHOLD)
                    .asking(
                        "Whether a text may do harm, as struct<flagged, categories, scores>: the"
                            + " hazards of the MLCommons taxonomy that it reaches, and the"
                            + " probability of each.",
                        ModerateArguments::read),
                "('How do I pick a lock?', array('nonviolent_crimes', 'hate'))"))
        .flatMap(List::stream)
        .toList();
  }

  static List<LlamaFunction> classifications() {
    FunctionDraft classify =
        FunctionDraft.over(
            LlamaFunctionCatalog.TEXT,
            Option.OF_CHOICE,
            Classification.LABELS,
            Classification.MULTI,
            Classification.THRESHOLD);
    return Stream.of(
            LlamaFunctionCatalog.both(
                "classify",
                classify.asking(
                    "The label that fits a text best; with multi => true an array of all that fit.",
                    call -> Classification.read(call, Classification.Detail.LABELS)),
                "('The match ended in a draw.', array('sport', 'politics', 'weather'))"),
            LlamaFunctionCatalog.both(
                "classify_scores",
                classify.asking(
                    "The same with calibrated probabilities, as struct<label, probability, scores>;"
                        + " with multi => true struct<labels, scores>.",
                    call -> Classification.read(call, Classification.Detail.SCORES)),
                "('The match ended in a draw.', map('sport', 'games', 'politics', 'elections'))"))
        .flatMap(List::stream)
        .toList();
  }
}
