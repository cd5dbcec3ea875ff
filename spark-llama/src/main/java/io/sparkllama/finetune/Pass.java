package io.sparkllama.finetune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Rows that are computed together: the tokens with which all begin once, then what follows in each
 * row, filled up to the longest. What fills stands behind a row's own tokens, which therefore never
 * see it.
 */
final class Pass {

  private final int prefix;
  private final int rows;
  private final int width;
  private final int[] ids;
  private final int[] at;
  private final int[] asked;
  private final int[] targets;

  private Pass(int prefix, int rows, int width, int[] ids, int[] at, int[] asked, int[] targets) {
    this.prefix = prefix;
    this.rows = rows;
    this.width = width;
    this.ids = ids;
    this.at = at;
    this.asked = asked;
    this.targets = targets;
  }

  /**
   * @param questions rows in the order in which they are computed
   * @param prefix tokens with which all begin; no question is about a place before the last of them
   */
  static Pass of(List<Question> questions, int prefix) {
    int width = width(questions, prefix);
    int[] ids = new int[prefix + questions.size() * width];
    System.arraycopy(questions.get(0).tokens().toArray(), 0, ids, 0, prefix);
    List<Integer> at = new ArrayList<>();
    List<Integer> asked = new ArrayList<>();
    for (int row = 0; row < questions.size(); row++) {
      Question question = questions.get(row);
      int start = prefix + row * width;
      int own = question.tokens().length() - prefix;
      System.arraycopy(question.tokens().toArray(), prefix, ids, start, own);
      int last = -1;
      for (int position : question.positions()) {
        if (position != last) {
          at.add(start + position - prefix);
          last = position;
        }
        asked.add(at.size() - 1);
      }
    }
    int[] targets = questions.stream().flatMapToInt(row -> Arrays.stream(row.targets())).toArray();
    return new Pass(prefix, questions.size(), width, ids, ints(at), ints(asked), targets);
  }

  private static int width(List<Question> rows, int prefix) {
    return rows.stream().mapToInt(row -> row.tokens().length() - prefix).max().orElseThrow();
  }

  /** Tokens of a pass of some rows, filling included. */
  static int tokens(List<Question> rows, int prefix) {
    return prefix + rows.size() * width(rows, prefix);
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Tokens that all rows share. */
  int prefix() {
    return prefix;
  }

  int rows() {
    return rows;
  }

  /** Tokens of each row behind the prefix, filling included. */
  int width() {
    return width;
  }

  /** {@code [prefix + rows * width]}. */
  int[] ids() {
    return ids;
  }

  /** Indices among the pass's tokens of those whose next token is asked about. */
  int[] at() {
    return at;
  }

  /** For each target the index of its token in {@link #at}. */
  int[] asked() {
    return asked;
  }

  /** Tokens whose log-probabilities are asked, row after row. */
  int[] targets() {
    return targets;
  }

  /** Position in its row of each token. */
  int[] positions() {
    int[] positions = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      positions[i] = i < prefix ? i : prefix + (i - prefix) % width;
    }
    return positions;
  }

  /**
   * Cuts rows into passes in their order.
   *
   * @param mostTokens of a pass, filling included; a row that has more is alone
   */
  static List<List<Question>> cut(List<Question> rows, int prefix, int mostTokens) {
    List<List<Question>> passes = new ArrayList<>();
    List<Question> open = new ArrayList<>();
    int width = 0;
    for (Question row : rows) {
      int wider = Math.max(width, row.tokens().length() - prefix);
      if (!open.isEmpty() && prefix + (open.size() + 1) * wider > mostTokens) {
        passes.add(open);
        open = new ArrayList<>();
        wider = row.tokens().length() - prefix;
      }
      open.add(row);
      width = wider;
    }
    return Stream.concat(passes.stream(), open.isEmpty() ? Stream.of() : Stream.of(open)).toList();
  }

  /** Leaves the ids out: they are text. */
  @Override
  public String toString() {
    return "Pass[%d + %d x %d]".formatted(prefix, rows, width);
  }
}
