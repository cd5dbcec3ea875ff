package io.sparkllama.constraint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.errors.RequestException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * One schema in a schema; its keywords are read strictly.
 *
 * @param path where it stands, such as {@code $.properties.name}
 */
record SchemaNode(ObjectNode json, String path) {

  /** Say something to people alone. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "$schema",
          "$id",
          "$comment",
          "$defs",
          "definitions",
          "title",
          "description",
          "default",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly");

  private static final int MOST_DIGITS = 100;

  static SchemaNode of(JsonNode node, String path) {
    if (node instanceof ObjectNode object) {
      return new SchemaNode(object, path);
    }
    throw wrong(path, "something else", "a schema, which is an object");
  }

  SchemaNode child(String keyword) {
    return of(json.path(keyword), path + "." + keyword);
  }

  boolean has(String keyword) {
    return json.has(keyword);
  }

  /**
   * @throws RequestException when a keyword is none of the supported ones
   */
  void requireKeywords(Set<String> supported) {
    Iterator<String> names = json.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (!supported.contains(name) && !ANNOTATIONS.contains(name)) {
        throw wrong("the keyword " + name, "only " + String.join(", ", new TreeSet<>(supported)));
      }
    }
  }

  OptionalInt count(String keyword) {
    if (!has(keyword)) {
      return OptionalInt.empty();
    }
    JsonNode value = json.path(keyword);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw wrong(keyword + " that is no count", "a whole number from 0 on");
    }
    return OptionalInt.of(value.intValue());
  }

  Optional<BigInteger> wholeNumber(String keyword) {
    if (!has(keyword)) {
      return Optional.empty();
    }
    BigDecimal value = number(keyword).stripTrailingZeros();
    if (value.scale() > 0) {
      throw wrong(keyword + " with a fraction", "a whole number");
    }
    return Optional.of(value.toBigIntegerExact());
  }

  BigDecimal number(String keyword) {
    JsonNode value = json.path(keyword);
    if (!value.isNumber()) {
      throw wrong(keyword + " that is no number", "a number");
    }
    BigDecimal number = value.decimalValue();
    if (Math.abs((long) number.precision() - number.scale()) > MOST_DIGITS
        || Math.abs((long) number.scale()) > MOST_DIGITS) {
      throw wrong(
          keyword + " out of range", "a number of at most " + MOST_DIGITS + " digits on each side");
    }
    return number;
  }

  Optional<String> text(String keyword) {
    if (!has(keyword)) {
      return Optional.empty();
    }
    if (!json.path(keyword).isTextual()) {
      throw wrong(keyword + " that is no string", "a string");
    }
    return Optional.of(json.path(keyword).textValue());
  }

  Optional<Boolean> flag(String keyword) {
    if (!has(keyword)) {
      return Optional.empty();
    }
    if (!json.path(keyword).isBoolean()) {
      throw wrong(keyword + " that is neither true nor false", "true or false");
    }
    return Optional.of(json.path(keyword).booleanValue());
  }

  /** A list with something in it. */
  JsonNode list(String keyword) {
    JsonNode list = json.path(keyword);
    if (!list.isArray() || list.isEmpty()) {
      throw wrong(keyword + " that is no list or an empty one", "a list with at least one member");
    }
    return list;
  }

  RequestException wrong(String found, String expected) {
    return wrong(path, found, expected);
  }

  private static RequestException wrong(String path, String found, String expected) {
    return new RequestException(
        "Invalid JSON schema at %s: found %s, expected %s. Change the schema there."
            .formatted(path, found, expected));
  }
}
