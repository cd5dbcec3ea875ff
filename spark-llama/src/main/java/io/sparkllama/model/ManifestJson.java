package io.sparkllama.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Reads and writes {@value Manifest#FILE_NAME}. Safe for use by many threads. */
public final class ManifestJson {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String REMEDY = "Correct the file or convert the model again.";

  private ManifestJson() {}

  /**
   * Reads a manifest.
   *
   * @throws ModelException names the file and the field that is missing, unknown or of a wrong kind
   */
  public static Manifest read(Path file) {
    byte[] json;
    try {
      json = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ModelException(
          "Cannot read " + file + ": " + e + ". Check that the file exists and may be read.", e);
    }
    return parse(json, file.toString());
  }

  /**
   * Reads a manifest's content.
   *
   * @param location where it comes from, for messages
   * @throws ModelException names the location and the field that is missing, unknown or of a wrong
   *     kind
   */
  public static Manifest parse(byte[] json, String location) {
    try {
      requireVersion(location, MAPPER.readTree(json));
      return MAPPER.readValue(json, Manifest.class);
    } catch (JsonProcessingException e) {
      throw invalid(location, field(e) + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw invalid(location, e.toString(), e);
    }
  }

  /**
   * Writes a manifest, replacing the file.
   *
   * @throws ModelException when the file cannot be written
   */
  public static void write(Manifest manifest, Path file) {
    try {
      Files.write(file, MAPPER.writeValueAsBytes(manifest));
    } catch (IOException e) {
      throw new ModelException(
          "Cannot write " + file + ": " + e + ". Check the folder's rights and free space.", e);
    }
  }

  /** Before all else: another version may have other fields. */
  private static void requireVersion(String location, JsonNode manifest) {
    JsonNode version = manifest.path("formatVersion");
    if (version.isInt() && version.intValue() != Manifest.FORMAT_VERSION) {
      throw invalid(
          location,
          "formatVersion is %d, expected %d".formatted(version.intValue(), Manifest.FORMAT_VERSION),
          null);
    }
  }

  private static ModelException invalid(String location, String what, Throwable cause) {
    return new ModelException("Invalid %s: %s. %s".formatted(location, what, REMEDY), cause);
  }

  private static String field(JsonProcessingException e) {
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return mapping.getPath().stream()
              .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
              .collect(Collectors.joining("."))
          + ": ";
    }
    return "";
  }
}
