package io.sparkllama.constraint;

import io.sparkllama.tokenizer.Tokens;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;

/**
 * How far one answer has come in its constraint, and which tokens may come next: those after which
 * it can still be completed with the tokens that are left. A stop id may come where it is complete.
 * There is always one that may, until the answer has ended.
 */
public final class ConstraintCursor {

  private final Automaton automaton;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private Expression state;
  private int left;
  private boolean stopped;
  private boolean shortened;

  ConstraintCursor(Automaton automaton, int room) {
    this.automaton = automaton;
    this.state = automaton.start();
    this.left = room;
  }

  /** Whether a token may come next. */
  public boolean allows(int token) {
    if (automaton.vocabulary().stops().contains(token)) {
      return state.complete();
    }
    return automaton.allows(state, token, left - 1);
  }

  /**
   * The most likely of the tokens that may come next, the lowest id of equals.
   *
   * @param scores of all tokens
   */
  public int best(float[] scores) {
    return best(scores, allowed(scores));
  }

  /** Makes all tokens impossible that may not come next. */
  public void keepAllowed(float[] scores) {
    BitSet allowed = allowed(scores);
    for (int i = allowed.nextClearBit(0); i < scores.length; i = allowed.nextClearBit(i + 1)) {
      scores[i] = Float.NEGATIVE_INFINITY;
    }
  }

  private BitSet allowed(float[] scores) {
    BitSet tokens = new BitSet(scores.length);
    if (state.complete()) {
      automaton.vocabulary().stops().forEach(tokens::set);
    }
    if (state.cost.peakTokens() < left) {
      automaton.masks().add(state, tokens);
      return tokens;
    }
    BitSet inTime = (BitSet) tokens.clone();
    automaton.masks().addWithin(state, left - 1, inTime);
    automaton.masks().add(state, tokens);
    shortened |= best(scores, tokens) != best(scores, inTime);
    return inTime;
  }

  private static int best(float[] scores, BitSet tokens) {
    int best = tokens.nextSetBit(0);
    for (int token = best; token >= 0; token = tokens.nextSetBit(token + 1)) {
      if (scores[token] > scores[best]) {
        best = token;
      }
    }
    return best;
  }

  /**
   * The tokens that a tokenizer makes of the text that has to come next, such as a key and its
   * punctuation; the model may write the same text in others.
   *
   * @param most tokens wanted
   */
  public Tokens forced(int most) {
    return state.opening().map(literal -> forced(literal, most)).orElseGet(Tokens::of);
  }

  private Tokens forced(Expression.Literal literal, int most) {
    int[] tokens = new int[literal.bytes.limit()];
    int count = 0;
    for (int at = 0; at < tokens.length && count < most; at += literal.steps.get(at)) {
      if (literal.steps.get(at) == 0) {
        break;
      }
      tokens[count++] = automaton.vocabulary().token(literal.bytes, at, literal.steps.get(at));
    }
    return Tokens.of(Arrays.copyOf(tokens, count));
  }

  /** Takes a token that may come next. */
  public void accept(int token) {
    left--;
    stopped = automaton.vocabulary().stops().contains(token);
    if (!stopped) {
      byte[] bytes = automaton.vocabulary().bytes(token);
      written.write(bytes, 0, bytes.length);
      state = automaton.after(state, token);
    }
  }

  /** Whether the answer has ended: at a stop id, because nothing may follow, or without room. */
  public boolean ended() {
    return stopped || state == automaton.expressions().empty() || left == 0;
  }

  /**
   * Whether the tokens that were left decided how the answer ended, rather than the model: it is
   * complete, but may be shorter than the model wanted it.
   */
  public boolean shortened() {
    return shortened || (!stopped && state != automaton.expressions().empty());
  }

  /** The answer so far. */
  public String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
