package io.sparkllama.spark.functions;

import io.sparkllama.task.Hazard;
import io.sparkllama.task.Moderate;
import io.sparkllama.task.Moderated;
import io.sparkllama.task.Writing;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads what a call wants to be moderated. */
final class ModerateArguments {

  static final Parameter CATEGORIES =
      Parameter.optional(
          "categories",
          "an array of those to ask about, all by default: " + String.join(", ", Hazard.labels()));
  static final Parameter THRESHOLD =
      Parameter.optional(
          "threshold", "least probability of a category that counts, 0.5 by default");

  private static final double DEFAULT_THRESHOLD = 0.5;

  private ModerateArguments() {}

  /** Of the function that only moderates. */
  static Asked read(Arguments call) {
    return new Asked(
        moderate(call, CATEGORIES.name()),
        new AnswerType.Moderation(threshold(call, THRESHOLD.name())));
  }

  /** What is asked of a function that writes, with moderation where the call wants it. */
  static Asked around(Arguments call, Asked asked) {
    String option = Option.MODERATE.word();
    if (!call.has(option)) {
      for (Option detail : List.of(Option.MODERATE_CATEGORIES, Option.MODERATE_THRESHOLD)) {
        if (call.has(detail.word())) {
          throw call.invalid(detail.word(), "a value", "it only together with " + option);
        }
      }
      return asked;
    }
    Moderated.Verdict verdict = call.one(option, Moderated.Verdict.class).orElseThrow();
    Moderated task =
        new Moderated(
            (Writing) asked.task(),
            moderate(call, Option.MODERATE_CATEGORIES.word()),
            threshold(call, Option.MODERATE_THRESHOLD.word()),
            verdict);
    ResultForm form =
        verdict == Moderated.Verdict.FLAG ? flagged(call, asked.form()) : asked.form();
    return new Asked(task, asked.type(), form, asked.model());
  }

  private static ResultForm flagged(Arguments call, ResultForm form) {
    if (form != ResultForm.QUERY) {
      throw call.invalid(
          Option.MODERATE.word(),
          "flag",
          "block, since the result has no place for what was found; llama_query has");
    }
    return ResultForm.QUERY_AND_FLAGS;
  }

  private static Moderate moderate(Arguments call, String name) {
    return call.texts(name)
        .map(labels -> new Moderate(hazards(call, name, labels)))
        .orElseGet(Moderate::new);
  }

  private static List<Hazard> hazards(Arguments call, String name, List<String> labels) {
    Set<Hazard> hazards = EnumSet.noneOf(Hazard.class);
    for (String label : labels) {
      hazards.add(
          Hazard.find(label)
              .orElseThrow(
                  () ->
                      call.invalid(name, label, "some of " + String.join(", ", Hazard.labels()))));
    }
    if (hazards.isEmpty()) {
      throw call.invalid(name, "an empty array", "some of " + String.join(", ", Hazard.labels()));
    }
    return List.copyOf(hazards);
  }

  private static double threshold(Arguments call, String name) {
    return call.number(name, 0, 1, "0 to 1").orElse(DEFAULT_THRESHOLD);
  }
}
