package io.sparkllama.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A JSON file written by another tool; fields are named by their path, with dots. */
final class JsonConfig {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final JsonNode root;

  private JsonConfig(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static JsonConfig read(Path file) {
    try {
      JsonNode root = MAPPER.readTree(file.toFile());
      if (root == null || !root.isObject()) {
        throw new ModelException(
            "Invalid %s: expected a JSON object. Copy the file again.".formatted(file));
      }
      return new JsonConfig(file, root);
    } catch (IOException e) {
      throw new ModelException(
          "Invalid %s: %s. Copy the file again.".formatted(file, e.getMessage()), e);
    }
  }

  /** The node at a path; a missing node when there is none. */
  JsonNode at(String path) {
    return root.at("/" + path.replace('.', '/'));
  }

  boolean has(String path) {
    JsonNode node = at(path);
    return !node.isMissingNode() && !node.isNull();
  }

  /** A whole number of at least 1. */
  int positive(String path) {
    JsonNode node = at(path);
    if (!node.canConvertToInt() || !node.isIntegralNumber() || node.intValue() < 1) {
      throw wrong(path, "a whole number of at least 1");
    }
    return node.intValue();
  }

  int positiveOr(String path, int otherwise) {
    return has(path) ? positive(path) : otherwise;
  }

  /** A token id or a list of them; empty when there is none. */
  List<Integer> ids(String path) {
    List<Integer> ids = new ArrayList<>();
    if (at(path).isArray()) {
      at(path).forEach(node -> ids.add(id(path, node)));
    } else if (has(path)) {
      ids.add(id(path, at(path)));
    }
    return ids;
  }

  /** A token id or the first of a list of them. */
  OptionalInt firstId(String path) {
    return ids(path).stream().mapToInt(Integer::intValue).findFirst();
  }

  private int id(String path, JsonNode node) {
    if (!node.canConvertToInt() || !node.isIntegralNumber() || node.intValue() < 0) {
      throw wrong(path, "token ids");
    }
    return node.intValue();
  }

  private ModelException wrong(String path, String expected) {
    JsonNode found = at(path);
    return new ModelException(
        "Invalid %s: %s is %s, expected %s. Export the model again or correct the file."
            .formatted(file, path, found.isMissingNode() ? "missing" : found, expected));
  }
}
