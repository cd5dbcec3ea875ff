package io.sparkllama.constraint;

import io.sparkllama.errors.RequestException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Makes the expressions of one constraint, equal ones once, and follows them by bytes (Brzozowski's
 * derivatives, made as they are needed). Not for several threads at once.
 */
final class Expressions {

  static final int UNBOUNDED = Integer.MAX_VALUE;

  /** Beyond this a row fails rather than fill the heap. */
  private static final int MOST = 500_000;

  private final LiteralCosts costs;
  private final BitSet covered;
  private final Map<Object, Expression> known = new HashMap<>();
  private final Map<Object, Expression> horizons = new HashMap<>();
  private final ByteClasses classes = new ByteClasses();
  private final Expression nothing;
  private final Expression empty;
  private final Expression beyond;

  /**
   * @param costs tokens that a vocabulary needs for bytes
   */
  Expressions(LiteralCosts costs) {
    this.costs = costs;
    this.covered = costs.singleBytes();
    this.nothing = intern("nothing", id -> new Expression.Constant(id, Cost.OF_NOTHING));
    this.empty = intern("empty", id -> new Expression.Constant(id, Cost.NONE));
    this.beyond = intern("beyond", id -> new Expression.Constant(id, Cost.NONE));
  }

  /** Satisfied by no text. */
  Expression nothing() {
    return nothing;
  }

  /** Satisfied by the empty text. */
  Expression empty() {
    return empty;
  }

  /** What lies beyond a horizon. */
  Expression beyond() {
    return beyond;
  }

  int count() {
    return known.size();
  }

  /** One of some bytes, of those that the vocabulary has a token for. */
  Expression oneByte(BitSet values) {
    BitSet usable = (BitSet) values.clone();
    usable.and(covered);
    if (usable.isEmpty()) {
      return nothing;
    }
    classes.split(usable);
    return intern(usable, id -> new Expression.OneByte(id, Cost.OF_BYTE, usable));
  }

  /** One byte of a range, its ends included. */
  Expression oneByte(int from, int to) {
    BitSet values = new BitSet();
    values.set(from, to + 1);
    return oneByte(values);
  }

  Expression literal(String text) {
    return literal(ByteBuffer.wrap(Utf8.of(text)));
  }

  /**
   * @param bytes not changed from now on
   */
  Expression literal(ByteBuffer bytes) {
    classes.split(bytes);
    return literal(bytes, costs.tokens(bytes));
  }

  /**
   * @param bytes not changed from now on
   * @param tokens how many are enough for what remains before each byte
   */
  Expression literal(ByteBuffer bytes, int[] tokens) {
    return bytes.hasRemaining()
        ? intern(bytes, id -> new Expression.Literal(id, bytes, tokens))
        : empty;
  }

  Expression sequence(Expression... parts) {
    Expression whole = empty;
    for (int i = parts.length - 1; i >= 0; i--) {
      whole = sequence(parts[i], whole);
    }
    return whole;
  }

  /**
   * Literals that meet become one, since one token may hold the end of one and the next's start.
   */
  Expression sequence(Expression first, Expression rest) {
    if (first == nothing || rest == nothing) {
      return nothing;
    }
    if (first == empty) {
      return rest;
    }
    if (rest == empty) {
      return first;
    }
    if (first instanceof Expression.Sequence nested) {
      return sequence(nested.first, sequence(nested.rest, rest));
    }
    if (first instanceof Expression.Literal literal) {
      if (rest instanceof Expression.Literal second) {
        return literal(join(literal.bytes, second.bytes));
      }
      if (rest instanceof Expression.Sequence more && more.first instanceof Expression.Literal l) {
        return sequence(literal(join(literal.bytes, l.bytes)), more.rest);
      }
    }
    return intern(new Pair(first.id, rest.id), id -> new Expression.Sequence(id, first, rest));
  }

  Expression choice(Expression... members) {
    return choice(List.of(members));
  }

  Expression choice(List<Expression> members) {
    List<Expression> different =
        members.stream()
            .flatMap(Expressions::alternatives)
            .filter(member -> member != nothing)
            .distinct()
            .sorted(Comparator.comparingInt(member -> member.id))
            .toList();
    return switch (different.size()) {
      case 0 -> nothing;
      case 1 -> different.get(0);
      default ->
          intern(
              different.stream().map(member -> member.id).toList(),
              id -> new Expression.Choice(id, different));
    };
  }

  private static Stream<Expression> alternatives(Expression member) {
    return member instanceof Expression.Choice choice ? choice.members.stream() : Stream.of(member);
  }

  Expression optional(Expression item) {
    return choice(empty, item);
  }

  /**
   * @param most {@link #UNBOUNDED} for any number
   */
  Expression repeat(Expression item, int least, int most) {
    if (item == empty || most == 0 || (item == nothing && least == 0)) {
      return empty;
    }
    if (item == nothing || (least == 1 && most == 1)) {
      return item;
    }
    int needed = item.complete() ? 0 : least;
    return intern(
        new Times(item.id, needed, most), id -> new Expression.Repeat(id, item, needed, most));
  }

  /** What may follow a state after a byte. */
  Expression next(Expression state, int value) {
    int byteClass = classes.of(value);
    if (state.next == null) {
      state.next = new Expression[classes.count()];
    }
    Expression next = state.next[byteClass];
    if (next == null) {
      next = state.derivative(value, this);
      state.next[byteClass] = next;
    }
    return next;
  }

  /** See {@link Expression#horizon}. */
  Expression horizon(Expression state, int bytes) {
    Pair key = new Pair(state.id, bytes);
    Expression seen = horizons.get(key);
    if (seen == null) {
      seen = state.horizon(bytes, this);
      horizons.put(key, seen);
    }
    return seen;
  }

  private Expression intern(Object key, IntFunction<? extends Expression> make) {
    Expression present = known.get(key);
    if (present != null) {
      return present;
    }
    if (known.size() == MOST) {
      throw new RequestException(
          "Cannot follow the constraint: found more than %d states, expected fewer. %s"
              .formatted(MOST, "Use fewer alternatives that begin alike, or smaller bounds."));
    }
    Expression made = make.apply(known.size());
    known.put(key, made);
    return made;
  }

  private static ByteBuffer join(ByteBuffer first, ByteBuffer second) {
    return ByteBuffer.allocate(first.remaining() + second.remaining())
        .put(first.duplicate())
        .put(second.duplicate())
        .flip();
  }

  private record Pair(int first, int second) {}

  private record Times(int item, int least, int most) {}
}
