package io.sparkllama.jobs.pipeline.definition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A mapping of the file, asked field by field. What is wrong is remembered and something harmless
 * returned, so that reading goes on. For one thread.
 */
final class Section {

  private final Node node;
  private final String path;
  private final Problems problems;
  private final Map<String, Node> fields = new LinkedHashMap<>();
  private final Map<String, Node> names = new LinkedHashMap<>();
  private final TreeSet<String> asked = new TreeSet<>();

  Section(Node node, String path, Problems problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
    if (!(node instanceof MappingNode mapping)) {
      problems.add(node, "found %s, expected fields with values.".formatted(kind(node)));
      return;
    }
    for (NodeTuple field : mapping.getValue()) {
      add(field);
    }
  }

  /**
   * The whole of a file.
   *
   * @param meaning what the file should have, for messages
   * @throws io.sparkllama.jobs.JobException for what is no YAML, or empty
   */
  static Section root(String yaml, String meaning, Problems problems) {
    Optional<Node> root = Optional.empty();
    try {
      root = new Compose(LoadSettings.builder().build()).composeString(yaml);
      if (root.isEmpty()) {
        problems.add(Optional.empty(), "found an empty file, expected %s.".formatted(meaning));
      }
    } catch (MarkedYamlEngineException e) {
      problems.add(e.getProblemMark(), "found no YAML: %s.".formatted(e.getProblem()));
    } catch (YamlEngineException e) {
      problems.add(Optional.empty(), "found no YAML: %s.".formatted(e.getMessage()));
    }
    problems.throwIfAny();
    return new Section(root.orElseThrow(), "", problems);
  }

  private void add(NodeTuple field) {
    String name = field.getKeyNode() instanceof ScalarNode key ? key.getValue() : "";
    problems.place(at(name), field.getValueNode());
    names.put(name, field.getKeyNode());
    if (fields.put(name, field.getValueNode()) != null) {
      problems.add(
          field.getKeyNode(), "found %s twice, expected it once. Leave one out.".formatted(name));
    }
  }

  String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  boolean has(String name) {
    return find(name).isPresent();
  }

  void problem(String name, String message) {
    problems.add(fields.getOrDefault(name, node), message);
  }

  private Optional<Node> find(String name) {
    asked.add(name);
    return Optional.ofNullable(fields.get(name));
  }

  private Optional<Node> require(String name, String meaning) {
    Optional<Node> found = find(name);
    if (found.isEmpty() && node instanceof MappingNode) {
      problems.add(node, "Missing %s, expected %s. Add it.".formatted(at(name), meaning));
    }
    return found;
  }

  String text(String name, String meaning) {
    return require(name, meaning).map(value -> scalar(name, value)).orElse("");
  }

  Optional<String> text(String name) {
    return find(name).map(value -> scalar(name, value));
  }

  /** One text, or a list of them. */
  List<String> texts(String name, String meaning) {
    return require(name, meaning).map(value -> list(name, value)).orElse(List.of());
  }

  private List<String> list(String name, Node value) {
    if (!(value instanceof SequenceNode sequence)) {
      return List.of(scalar(name, value));
    }
    if (sequence.getValue().isEmpty()) {
      problems.add(value, "found an empty list in %s, expected at least one.".formatted(at(name)));
    }
    return sequence.getValue().stream().map(one -> scalar(name, one)).toList();
  }

  private String scalar(String name, Node value) {
    if (value instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
      return scalar.getValue();
    }
    problems.add(value, "found %s in %s, expected a text.".formatted(kind(value), at(name)));
    return "";
  }

  <E extends Enum<E>> E choice(String name, Class<E> type, E otherwise) {
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return otherwise;
    }
    Map<String, E> known =
        Arrays.stream(type.getEnumConstants())
            .collect(Collectors.toMap(one -> one.name().toLowerCase(Locale.ROOT), one -> one));
    E found = known.get(value.get().toLowerCase(Locale.ROOT));
    if (found == null) {
      problem(
          name,
          "found %s in %s, %s"
              .formatted(value.get(), at(name), NearNames.expected(value.get(), known.keySet())));
      return otherwise;
    }
    return found;
  }

  /** A share in (0, 1]. */
  Optional<Double> share(String name) {
    Optional<String> value = text(name);
    try {
      Optional<Double> share = value.map(Double::parseDouble);
      if (share.isEmpty() || (share.get() > 0 && share.get() <= 1)) {
        return share;
      }
    } catch (NumberFormatException e) {
      // Told below, as what is out of range.
    }
    problem(
        name,
        "found %s in %s, expected more than 0 and at most 1, such as 0.05."
            .formatted(value.orElse(""), at(name)));
    return Optional.empty();
  }

  boolean truth(String name) {
    String value = text(name).orElse("false");
    if (!value.equals("true") && !value.equals("false")) {
      problem(name, "found %s in %s, expected true or false.".formatted(value, at(name)));
    }
    return value.equals("true");
  }

  Section section(String name, String meaning) {
    return section(name, require(name, meaning));
  }

  /** An empty one if it is not there. */
  Section section(String name) {
    return section(name, find(name));
  }

  private Section section(String name, Optional<Node> found) {
    Node empty =
        new MappingNode(Tag.MAP, List.of(), org.snakeyaml.engine.v2.common.FlowStyle.BLOCK);
    return new Section(found.orElse(empty), at(name), problems);
  }

  List<Section> sections(String name, String meaning) {
    Optional<Node> found = require(name, meaning);
    if (found.isEmpty()) {
      return List.of();
    }
    if (!(found.get() instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      problem(name, "found %s in %s, expected a list.".formatted(kind(found.get()), at(name)));
      return List.of();
    }
    List<Section> sections = new ArrayList<>();
    for (Node one : sequence.getValue()) {
      String there = "%s[%d]".formatted(at(name), sections.size());
      problems.place(there, one);
      sections.add(new Section(one, there, problems));
    }
    return sections;
  }

  /** All fields with their values as texts. */
  Map<String, String> allTexts() {
    Map<String, String> all = new LinkedHashMap<>();
    fields.forEach((name, value) -> all.put(name, scalar(name, value)));
    return all;
  }

  /** All fields with their values as lists of texts. */
  Map<String, List<String>> allLists() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    fields.forEach((name, value) -> all.put(name, list(name, value)));
    return all;
  }

  /** All fields with their values as arguments of a function. */
  Map<String, Constant> allConstants() {
    Map<String, Constant> all = new LinkedHashMap<>();
    fields.forEach((name, value) -> all.put(name, constant(name, value)));
    return all;
  }

  private Constant constant(String name, Node value) {
    if (value instanceof SequenceNode) {
      return new Constant.Texts(list(name, value));
    }
    if (value instanceof MappingNode) {
      return new Constant.Named(new Section(value, at(name), problems).allTexts());
    }
    String text = ((ScalarNode) value).getValue();
    if (value.getTag().equals(Tag.BOOL)) {
      return new Constant.Truth(Boolean.parseBoolean(text));
    }
    return value.getTag().equals(Tag.INT) || value.getTag().equals(Tag.FLOAT)
        ? new Constant.Numeral(text)
        : new Constant.Text(text);
  }

  /** Tells of fields that nobody asked for. */
  void close() {
    names.forEach(
        (name, key) -> {
          if (!asked.contains(name)) {
            problems.add(
                key,
                "found unknown field %s, %s".formatted(at(name), NearNames.expected(name, asked)));
          }
        });
  }

  private static String kind(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue().isBlank() ? "nothing" : scalar.getValue();
    }
    return node instanceof SequenceNode ? "a list" : "fields";
  }
}
