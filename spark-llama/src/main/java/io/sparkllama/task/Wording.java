package io.sparkllama.task;

import java.util.List;
import java.util.stream.Collectors;

/** Lists as prompts write them. */
final class Wording {

  private Wording() {}

  /** {@code a, b or c}. */
  static String alternatives(List<String> names) {
    int last = names.size() - 1;
    return last < 1
        ? String.join("", names)
        : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  /** A line for each label. */
  static String described(List<Label> labels) {
    return labels.stream().map(label -> "- " + described(label)).collect(Collectors.joining("\n"));
  }

  static String described(Label label) {
    return label.description().isEmpty() ? label.name() : label.name() + ": " + label.description();
  }
}
