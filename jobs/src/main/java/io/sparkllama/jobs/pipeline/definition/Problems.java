package io.sparkllama.jobs.pipeline.definition;

import io.sparkllama.jobs.JobException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** All that is wrong with a file, so that one look shows every mistake. For one thread. */
final class Problems {

  private final String kind;
  private final String file;
  private final List<String> found = new ArrayList<>();
  private final Map<String, Place> places = new HashMap<>();

  /**
   * @param kind of the file, such as pipeline
   */
  Problems(String kind, String file) {
    this.kind = kind;
    this.file = file;
  }

  /** Remembers where a part stands. */
  void place(String path, Node node) {
    node.getStartMark().ifPresent(mark -> places.put(path, place(mark)));
  }

  void add(Node node, String message) {
    add(node.getStartMark(), message);
  }

  void add(Optional<Mark> mark, String message) {
    found.add(file + mark.map(at -> ":" + place(at)).orElse("") + ": " + message);
  }

  private static Place place(Mark mark) {
    return new Place(mark.getLine() + 1, mark.getColumn() + 1);
  }

  Places places() {
    return new Places(file, places);
  }

  /**
   * @throws JobException with all mistakes, each on a line with its place
   */
  void throwIfAny() {
    if (!found.isEmpty()) {
      throw new JobException("Invalid %s.\n%s".formatted(kind, String.join("\n", found)));
    }
  }
}
