package io.sparkllama.finetune;

import io.sparkllama.tokenizer.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A row of tokens, and the tokens behind some of them whose log-probabilities are asked. */
final class Question {

  private final Tokens tokens;
  private final int[] positions;
  private final int[] targets;

  private Question(Tokens tokens, int[] positions, int[] targets) {
    this.tokens = tokens;
    this.positions = positions;
    this.targets = targets;
  }

  /** About each token of an answer. */
  static Question about(Tokens prompt, Tokens answer) {
    int[] positions =
        IntStream.range(0, answer.length()).map(i -> prompt.length() - 1 + i).toArray();
    Tokens row = prompt.concat(answer.slice(0, answer.length() - 1));
    return new Question(row, positions, answer.toArray());
  }

  static Question about(TrainingExample example) {
    return about(example.prompt(), example.answer());
  }

  /** About tokens that might stand in the place of the answer's first one, before the others. */
  Question withFirst(List<Integer> others) {
    int[] more = new int[others.size()];
    Arrays.fill(more, positions[0]);
    int[] first = others.stream().mapToInt(Integer::intValue).toArray();
    return new Question(this.tokens, joined(more, positions), joined(first, targets));
  }

  private static int[] joined(int[] first, int[] second) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }

  /** The row; nothing behind the last position has to be in it. */
  Tokens tokens() {
    return tokens;
  }

  /** Positions in the row, ascending; one may come more than once. */
  int[] positions() {
    return positions;
  }

  /** For each position the token that might follow it. */
  int[] targets() {
    return targets;
  }

  @Override
  public String toString() {
    return "Question[%d]".formatted(tokens.length());
  }
}
