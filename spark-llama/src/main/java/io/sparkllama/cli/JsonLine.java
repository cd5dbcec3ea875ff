package io.sparkllama.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.engine.Sampling;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line of input; its fields are read strictly, and a null is a field left out.
 *
 * @param object the line
 */
record JsonLine(ObjectNode object) {

  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** A line that names its row by a string or a number. */
  static JsonLine parse(String text) {
    try {
      if (JSON.readTree(text) instanceof ObjectNode object) {
        return new JsonLine(object);
      }
      throw new RequestException("Invalid line: expected a JSON object. Write one row a line.");
    } catch (JsonProcessingException e) {
      // The parser's own message may quote the line.
      throw new RequestException(
          "Invalid line: no JSON from column %d on. Write one JSON object a line."
              .formatted(e.getLocation() == null ? 1 : e.getLocation().getColumnNr()));
    }
  }

  /** The row's name as it stands in the line; null where there is none. */
  JsonNode id() {
    JsonNode id = object.path("id");
    return id.isValueNode() ? id : NullNode.instance;
  }

  void requireId() {
    JsonNode id = object.path("id");
    if (!id.isTextual() && !id.isNumber()) {
      throw wrong("id", id, "a string or a number");
    }
  }

  /** The adapter that the line asks for: one that the package carries, or a file. */
  Optional<Path> adapter(ModelPackage model) {
    return has("adapter") ? Optional.of(model.adapter(text("adapter"))) : Optional.empty();
  }

  boolean has(String field) {
    return object.hasNonNull(field);
  }

  String text(String field) {
    JsonNode node = object.path(field);
    if (!node.isTextual()) {
      throw wrong(field, node, "a string");
    }
    return node.textValue();
  }

  Optional<Integer> integer(String field) {
    return whole(field, object.path(field).canConvertToInt()).map(JsonNode::intValue);
  }

  Optional<Long> longInteger(String field) {
    return whole(field, object.path(field).canConvertToLong()).map(JsonNode::longValue);
  }

  Optional<Double> number(String field) {
    if (!has(field)) {
      return Optional.empty();
    }
    JsonNode node = object.path(field);
    if (!node.isNumber()) {
      throw wrong(field, node, "a number");
    }
    return Optional.of(node.doubleValue());
  }

  /** True or false; false where the field is left out. */
  boolean flag(String field) {
    JsonNode node = object.path(field);
    if (has(field) && !node.isBoolean()) {
      throw wrong(field, node, "true or false");
    }
    return node.booleanValue();
  }

  /** A list of strings. */
  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode node : array(field)) {
      if (!node.isTextual()) {
        throw wrong(field, node, "a list of strings");
      }
      texts.add(node.textValue());
    }
    return texts;
  }

  /** How each token of the line's answer is chosen. */
  Sampling sampling() {
    return new Sampling(
        number("temperature").orElse(0.0),
        integer("top_k").orElse(0),
        number("top_p").orElse(1.0),
        0,
        1,
        longInteger("seed").orElse(0L));
  }

  JsonNode array(String field) {
    JsonNode node = object.path(field);
    if (!node.isArray()) {
      throw wrong(field, node, "a list");
    }
    return node;
  }

  private Optional<JsonNode> whole(String field, boolean fits) {
    if (!has(field)) {
      return Optional.empty();
    }
    JsonNode node = object.path(field);
    if (!node.isIntegralNumber() || !fits) {
      throw wrong(field, node, "a whole number");
    }
    return Optional.of(node);
  }

  /** Names the kind of what was found, never its text. */
  static RequestException wrong(String field, JsonNode found, String expected) {
    String kind =
        switch (found.getNodeType()) {
          case MISSING -> "nothing";
          case NULL -> "null";
          case ARRAY -> "a list";
          case OBJECT, POJO -> "an object";
          case STRING, BINARY -> "a string";
          case NUMBER -> "the number " + found;
          case BOOLEAN -> "a boolean";
        };
    return new RequestException(
        "Invalid %s: found %s, expected %s. Correct the field.".formatted(field, kind, expected));
  }
}
