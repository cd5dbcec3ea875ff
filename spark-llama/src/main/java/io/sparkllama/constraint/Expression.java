package io.sparkllama.constraint;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A set of byte strings; as the state of an answer, what may still come.
 *
 * <p>Made by {@link Expressions} alone, which makes equal ones once: identity is equality.
 */
abstract sealed class Expression
    permits Expression.Constant,
        Expression.OneByte,
        Expression.Literal,
        Expression.Sequence,
        Expression.Choice,
        Expression.Repeat {

  final int id;
  final Cost cost;

  /** Derivatives by classes of bytes, as far as they are known. */
  Expression[] next;

  private Expression(int id, Cost cost) {
    this.id = id;
    this.cost = cost;
  }

  /** Whether nothing need follow. */
  boolean complete() {
    return cost.leastBytes() == 0;
  }

  /** What may follow after a byte. */
  abstract Expression derivative(int value, Expressions expressions);

  /**
   * An expression that the first {@code bytes} bytes cannot tell from this one. Answers that differ
   * in what comes later, such as long texts that have room left, share it.
   *
   * @param bytes more than 0
   */
  abstract Expression horizon(int bytes, Expressions expressions);

  /** The text that has to come next, where all that may come begins with the same literal. */
  Optional<Literal> opening() {
    return Optional.empty();
  }

  /** Nothing at all, the empty string, or what lies beyond a horizon. */
  static final class Constant extends Expression {
    Constant(int id, Cost cost) {
      super(id, cost);
    }

    @Override
    Expression derivative(int value, Expressions expressions) {
      return expressions.nothing();
    }

    @Override
    Expression horizon(int bytes, Expressions expressions) {
      return this;
    }
  }

  /** One of some bytes. */
  static final class OneByte extends Expression {
    final BitSet values;

    OneByte(int id, Cost cost, BitSet values) {
      super(id, cost);
      this.values = values;
    }

    @Override
    Expression derivative(int value, Expressions expressions) {
      return values.get(value) ? expressions.empty() : expressions.nothing();
    }

    @Override
    Expression horizon(int bytes, Expressions expressions) {
      return this;
    }
  }

  /** Some bytes, one after the other; at least one. */
  static final class Literal extends Expression {
    final ByteBuffer bytes;

    /** For each byte the length of the token to write from there, or 0. */
    final IntBuffer steps;

    Literal(int id, ByteBuffer bytes, IntBuffer steps) {
      super(id, Cost.ofLiteral(steps));
      this.bytes = bytes;
      this.steps = steps;
    }

    @Override
    Expression derivative(int value, Expressions expressions) {
      return bytes.get(0) == (byte) value
          ? expressions.literal(
              bytes.slice(1, bytes.limit() - 1), steps.slice(1, steps.limit() - 1))
          : expressions.nothing();
    }

    @Override
    Optional<Literal> opening() {
      return Optional.of(this);
    }

    @Override
    Expression horizon(int bytes, Expressions expressions) {
      return this;
    }
  }

  /** First one thing, which is no sequence, then the rest. */
  static final class Sequence extends Expression {
    final Expression first;
    final Expression rest;

    Sequence(int id, Expression first, Expression rest) {
      super(id, first.cost.then(rest.cost));
      this.first = first;
      this.rest = rest;
    }

    @Override
    Expression derivative(int value, Expressions expressions) {
      Expression inside = expressions.sequence(expressions.next(first, value), rest);
      return first.complete()
          ? expressions.choice(List.of(inside, expressions.next(rest, value)))
          : inside;
    }

    @Override
    Optional<Literal> opening() {
      return first.opening();
    }

    @Override
    Expression horizon(int bytes, Expressions expressions) {
      int left = bytes - first.cost.leastBytes();
      return expressions.sequence(
          expressions.horizon(first, bytes),
          left > 0 ? expressions.horizon(rest, left) : expressions.beyond());
    }
  }

  /** One of some things, of which none is a choice; at least two. */
  static final class Choice extends Expression {
    final List<Expression> members;

    Choice(int id, List<Expression> members) {
      super(id, members.stream().map(member -> member.cost).reduce(Cost::or).orElseThrow());
      this.members = members;
    }

    @Override
    Expression derivative(int value, Expressions expressions) {
      return expressions.choice(
          members.stream().map(member -> expressions.next(member, value)).toList());
    }

    @Override
    Expression horizon(int bytes, Expressions expressions) {
      return expressions.choice(
          members.stream().map(member -> expressions.horizon(member, bytes)).toList());
    }
  }

  /** The same thing several times. */
  static final class Repeat extends Expression {
    final Expression item;
    final int least;
    final int most;

    Repeat(int id, Expression item, int least, int most) {
      super(id, item.cost.times(least));
      this.item = item;
      this.least = least;
      this.most = most;
    }

    @Override
    Expression derivative(int value, Expressions expressions) {
      int fewer = most == Expressions.UNBOUNDED ? most : most - 1;
      return expressions.sequence(
          expressions.next(item, value), expressions.repeat(item, Math.max(0, least - 1), fewer));
    }

    /** Each further item takes at least a byte, so more items than bytes make no difference. */
    @Override
    Expression horizon(int bytes, Expressions expressions) {
      return expressions.repeat(item, Math.min(least, bytes), Math.min(most, bytes));
    }
  }
}
