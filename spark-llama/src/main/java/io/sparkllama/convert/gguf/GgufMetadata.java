package io.sparkllama.convert.gguf;

import io.sparkllama.errors.ConversionException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The key-value part of a GGUF file, read with the type that a key must have. */
public final class GgufMetadata {

  private final String file;
  private final Map<String, Object> values;

  GgufMetadata(String file, Map<String, Object> values) {
    this.file = file;
    this.values = values;
  }

  public boolean has(String key) {
    return values.containsKey(key);
  }

  public String string(String key) {
    return required(key, find(key, String.class), "a string");
  }

  public Optional<String> optionalString(String key) {
    return find(key, String.class);
  }

  public boolean flag(String key, boolean otherwise) {
    return find(key, Boolean.class).orElse(otherwise);
  }

  public double number(String key) {
    return required(key, optionalNumber(key), "a number");
  }

  public Optional<Double> optionalNumber(String key) {
    return find(key, Number.class).map(Number::doubleValue);
  }

  /** A whole number of at least 1. */
  public int positive(String key) {
    return required(key, optionalPositive(key), "a whole number");
  }

  public Optional<Integer> optionalPositive(String key) {
    return find(key, Long.class).map(value -> inRange(key, value, 1));
  }

  /** A token id, where the key is there. */
  public Optional<Integer> optionalId(String key) {
    return find(key, Long.class).map(value -> inRange(key, value, 0));
  }

  public List<String> strings(String key) {
    return list(key, String.class);
  }

  public List<Long> numbers(String key) {
    return list(key, Long.class);
  }

  public List<Double> decimals(String key) {
    return list(key, Double.class);
  }

  private <T> List<T> list(String key, Class<T> type) {
    List<?> list = required(key, find(key, List.class), "a list");
    for (Object value : list) {
      if (!type.isInstance(value)) {
        throw invalid(key, value.getClass().getSimpleName(), "a list of " + type.getSimpleName());
      }
    }
    return list.stream().map(type::cast).toList();
  }

  private int inRange(String key, long value, int least) {
    if (value < least || value > Integer.MAX_VALUE) {
      throw invalid(key, Long.toString(value), "a whole number of at least " + least);
    }
    return (int) value;
  }

  private <T> Optional<T> find(String key, Class<T> type) {
    Object value = values.get(key);
    if (value != null && !type.isInstance(value)) {
      throw invalid(key, value.getClass().getSimpleName(), type.getSimpleName());
    }
    return Optional.ofNullable(value).map(type::cast);
  }

  private <T> T required(String key, Optional<T> value, String expected) {
    return value.orElseThrow(() -> invalid(key, "nothing", expected));
  }

  private ConversionException invalid(String key, String found, String expected) {
    return new ConversionException(
        "Invalid GGUF file %s: for key %s found %s, expected %s. Export the file again."
            .formatted(file, key, found, expected));
  }
}
