package io.sparkllama.engine;

import io.sparkllama.runtime.Logits;
import io.sparkllama.runtime.TokenTree;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;

/** Prompts with their labels as branches behind a common start; labels share what they can. */
final class LabelTree {

  private final TokenTree tokens = new TokenTree();
  private final List<Integer> asked = new ArrayList<>();

  /**
   * @param start tokens of the prompt that are the common start
   * @return the token behind which the labels stand
   */
  int add(ScoreRequest request, int start) {
    Tokens prompt = request.prompt();
    int end = TokenTree.PAST;
    for (int i = start; i < prompt.length(); i++) {
      end = tokens.add(end, prompt.at(i));
    }
    asked.add(end);
    for (Tokens label : request.labels()) {
      int last = end;
      for (int i = 0; i < label.length() - 1; i++) {
        last = tokens.share(last, label.at(i));
        if (!asked.contains(last)) {
          asked.add(last);
        }
      }
    }
    return end;
  }

  TokenTree tokens() {
    return tokens;
  }

  /** Tokens behind which logits are wanted; the pass gives a row for each. */
  int[] asked() {
    return asked.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * @param end what {@link #add} returned for the request
   */
  LabelScores scores(ScoreRequest request, int end, Logits logits) {
    return new LabelScores(
        request.labels().stream().map(label -> score(label, end, logits)).toList(),
        request.prompt().length());
  }

  private double score(Tokens label, int end, Logits logits) {
    int token = end;
    double sum = logits.logProbabilities(asked.indexOf(token), label.at(0))[0];
    for (int i = 1; i < label.length(); i++) {
      token = tokens.share(token, label.at(i - 1));
      sum += logits.logProbabilities(asked.indexOf(token), label.at(i))[0];
    }
    return sum;
  }
}
