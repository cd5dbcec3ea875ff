package io.sparkllama.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.errors.ModelException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Stores files by their SHA-256, as Git LFS does it: a batch request tells where each file goes,
 * and leaves out those that are stored already. Transfers are {@code basic}, one PUT, or {@code
 * multipart}, a PUT for each part of a size that the hub chooses.
 */
final class LfsUpload {

  private static final String LFS = "application/vnd.git-lfs+json";

  private final HubHttp http;
  private final HubAddress address;
  private final HubProgress progress;

  LfsUpload(HubHttp http, HubAddress address, HubProgress progress) {
    this.http = http;
    this.address = address;
    this.progress = progress;
  }

  /** Returns the bytes that were sent. */
  long run(List<PushedFile> files) {
    if (files.isEmpty()) {
      return 0;
    }
    Map<String, PushedFile> bySha =
        files.stream()
            .collect(Collectors.toMap(PushedFile::sha256, Function.identity(), (a, b) -> a));
    long moved = 0;
    for (JsonNode object : batch(files).path("objects")) {
      PushedFile file = bySha.get(object.path("oid").asText());
      requireNoError(file, object);
      JsonNode upload = object.path("actions").path("upload");
      if (upload.isMissingNode()) {
        progress.advanced(file.size());
      } else {
        new FileUpload(http, file, progress).run(upload);
        verify(file, object.path("actions").path("verify"));
        moved += file.size();
      }
    }
    return moved;
  }

  private JsonNode batch(List<PushedFile> files) {
    ObjectNode body =
        HubHttp.JSON.createObjectNode().put("operation", "upload").put("hash_algo", "sha256");
    body.putArray("transfers").add("basic").add("multipart");
    body.putObject("ref").put("name", address.revision());
    ArrayNode objects = body.putArray("objects");
    files.forEach(file -> objects.addObject().put("oid", file.sha256()).put("size", file.size()));
    return http.json(
        HubRequest.post(
                http.settings()
                    .at("/%s.git/info/lfs/objects/batch".formatted(address.repository())),
                LFS,
                HubHttp.bytes(body))
            .with(Map.of("Accept", LFS)));
  }

  private static void requireNoError(PushedFile file, JsonNode object) {
    JsonNode error = object.path("error");
    if (!error.isMissingNode()) {
      throw new ModelException(
          "Failed to push %s: the hub answered %s (%s), expected an address to send it to. Check its limits and your rights."
              .formatted(file.path(), error.path("code").asText(), error.path("message").asText()));
    }
  }

  /** Where the hub asks to be told that the file is there. */
  private void verify(PushedFile file, JsonNode action) {
    if (action.isMissingNode()) {
      return;
    }
    ObjectNode body =
        HubHttp.JSON.createObjectNode().put("oid", file.sha256()).put("size", file.size());
    http.json(
        HubRequest.post(URI.create(action.path("href").asText()), LFS, HubHttp.bytes(body))
            .with(headers(action)));
  }

  static Map<String, String> headers(JsonNode action) {
    Map<String, String> headers = new HashMap<>();
    action
        .path("header")
        .properties()
        .forEach(entry -> headers.put(entry.getKey(), entry.getValue().asText()));
    return headers;
  }
}
