package io.sparkllama.task;

import java.util.ArrayList;
import java.util.List;

/** Puts texts together, in their order, to parts that fit a slot. For one thread. */
final class Packing {

  static final String BETWEEN = "\n\n";

  private final Room room;
  private final int least;
  private final List<String> pieces = new ArrayList<>();
  private int size;

  private Packing(Room room, int least) {
    this.room = room;
    this.least = least;
  }

  /** Of texts, all of which is read: a long one is divided at sentences. */
  static Packing ofTexts(Room room) {
    return new Packing(room, 1);
  }

  /**
   * Of answers, which are cut so that at least two are a part: each round has fewer than the one
   * before.
   */
  static Packing ofAnswers(Room room) {
    return new Packing(room, 2);
  }

  /** Adds a text and takes the parts that are full. */
  List<String> add(String text) {
    List<String> full = new ArrayList<>();
    if (text.isBlank()) {
      return full;
    }
    for (String piece : least > 1 ? List.of(room.half(text)) : room.pieces(text)) {
      int length = room.tokens(piece);
      if (pieces.size() >= least && size + room.tokens(BETWEEN) + length > room.tokens()) {
        full.add(take());
      }
      append(piece, length);
    }
    return full;
  }

  /** Takes what is left; nothing where nothing came since the last part. */
  List<String> rest() {
    List<String> rest = new ArrayList<>();
    while (!pieces.isEmpty()) {
      rest.add(take());
    }
    return rest;
  }

  /** Texts may have more tokens together than alone, so the last ones may have to wait. */
  private String take() {
    int count = pieces.size();
    while (count > least && !room.fits(String.join(BETWEEN, pieces.subList(0, count)))) {
      count--;
    }
    String part = String.join(BETWEEN, pieces.subList(0, count));
    List<String> waiting = List.copyOf(pieces.subList(count, pieces.size()));
    pieces.clear();
    size = 0;
    waiting.forEach(piece -> append(piece, room.tokens(piece)));
    return part;
  }

  private void append(String piece, int length) {
    size += pieces.isEmpty() ? length : room.tokens(BETWEEN) + length;
    pieces.add(piece);
  }
}
