package io.sparkllama.task;

import io.sparkllama.engine.FinishReason;
import io.sparkllama.engine.LabelScores;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.ScoreRequest;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The labels of sentiment, chosen by their log-probability after the prompt. */
final class SentimentLabels {

  static final String NEUTRAL = "neutral";

  private static final List<String> LABELS = List.of("positive", "negative", NEUTRAL);

  private final LlamaEngine engine;
  private final List<Tokens> encoded;

  SentimentLabels(LlamaEngine engine) {
    this.engine = engine;
    this.encoded = LABELS.stream().map(engine.tokenizer()::encodeAnswer).toList();
  }

  CompletableFuture<LabelScores> score(Tokens prompt) {
    return engine.score(new ScoreRequest(prompt, encoded));
  }

  /** The label of one text, or of its parts, each of which weighs as many tokens as it has. */
  TaskAnswer best(List<LabelScores> parts) {
    List<Double> sums = new ArrayList<>();
    int tokens = parts.stream().mapToInt(LabelScores::promptTokens).sum();
    int reused = parts.stream().mapToInt(LabelScores::reusedTokens).sum();
    for (int label = 0; label < LABELS.size(); label++) {
      double sum = 0;
      for (LabelScores part : parts) {
        sum += part.logProbabilities().get(label) * part.promptTokens();
      }
      sums.add(sum / tokens);
    }
    String label = LABELS.get(new LabelScores(sums, tokens, reused).best());
    return new TaskAnswer(label, FinishReason.STOP, tokens, reused, 0);
  }
}
