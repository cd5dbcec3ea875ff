package io.sparkllama.finetune;

import io.sparkllama.finetune.TrainingData.LabelChoice;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/** Measures held-out examples: the loss, and where there are labels the share that is right. */
final class Evaluator {

  private final List<TrainingExample> examples;
  private final LabelChoice choice;
  private final Scoring scoring;

  Evaluator(TrainingData data, Scoring scoring) {
    this.examples = data.heldOut();
    this.choice = data.choice();
    this.scoring = scoring;
  }

  /**
   * @param step after so many steps
   * @param stopped looked at between passes
   * @return empty when it was stopped
   */
  Optional<Evaluation> at(int step, BooleanSupplier stopped) {
    List<Labelled> rows =
        examples.stream().map(example -> row(example.prompt(), example.answer())).toList();
    List<Labelled> leanings =
        choice.leaning().stream().map(prompt -> row(prompt, examples.get(0).answer())).toList();
    List<Question> all = new ArrayList<>();
    rows.forEach(row -> all.addAll(row.questions()));
    leanings.forEach(row -> all.addAll(row.questions()));
    Map<Question, float[]> answers = scoring.of(all, stopped);
    if (answers.size() < all.size()) {
      return Optional.empty();
    }
    return Optional.of(
        new Evaluation(step, loss(rows, answers), accuracy(rows, leanings, answers)));
  }

  /**
   * Questions about an example.
   *
   * @param answer about the answer's tokens, behind those about labels of one token
   * @param labels about each label, where one has several tokens
   */
  private record Labelled(Question answer, List<Question> labels) {
    List<Question> questions() {
      List<Question> all = new ArrayList<>(labels);
      all.add(answer);
      return all;
    }
  }

  private Labelled row(Tokens prompt, Tokens answer) {
    Question own = Question.about(prompt, answer);
    if (choice.labels().isEmpty()) {
      return new Labelled(own, List.of());
    }
    return oneTokenEach()
        ? new Labelled(
            own.withFirst(choice.labels().stream().map(label -> label.at(0)).toList()), List.of())
        : new Labelled(
            own, choice.labels().stream().map(label -> Question.about(prompt, label)).toList());
  }

  private boolean oneTokenEach() {
    return choice.labels().stream().allMatch(label -> label.length() == 1);
  }

  private double loss(Collection<Labelled> rows, Map<Question, float[]> answers) {
    double sum = 0;
    long tokens = 0;
    int skipped = oneTokenEach() ? choice.labels().size() : 0;
    for (Labelled row : rows) {
      float[] scores = answers.get(row.answer());
      for (int i = skipped; i < scores.length; i++) {
        sum -= scores[i];
        tokens++;
      }
    }
    return sum / tokens;
  }

  private OptionalDouble accuracy(
      List<Labelled> rows, List<Labelled> leanings, Map<Question, float[]> answers) {
    if (choice.labels().isEmpty()) {
      return OptionalDouble.empty();
    }
    double[] leaning = new double[choice.labels().size()];
    for (Labelled row : leanings) {
      double[] scores = labels(row, answers);
      for (int i = 0; i < leaning.length; i++) {
        leaning[i] += scores[i] / leanings.size();
      }
    }
    int right = 0;
    for (int i = 0; i < rows.size(); i++) {
      int label = examples.get(i).label().orElseThrow();
      right += best(labels(rows.get(i), answers), leaning) == label ? 1 : 0;
    }
    return OptionalDouble.of((double) right / rows.size());
  }

  private double[] labels(Labelled row, Map<Question, float[]> answers) {
    double[] scores = new double[choice.labels().size()];
    for (int i = 0; i < scores.length; i++) {
      if (oneTokenEach()) {
        scores[i] = answers.get(row.answer())[i];
      } else {
        for (float score : answers.get(row.labels().get(i))) {
          scores[i] += score;
        }
      }
    }
    return scores;
  }

  private int best(double[] scores, double[] leaning) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      double score = scores[i] - choice.share() * leaning[i];
      if (score > scores[best] - choice.share() * leaning[best]) {
        best = i;
      }
    }
    return best;
  }
}
