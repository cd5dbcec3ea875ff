package io.sparkllama.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;

/**
 * Makes one commit: JSON lines, first a header, then the small files themselves and the large ones
 * by their hash.
 */
final class HubCommit {

  private static final String LINES = "application/x-ndjson";

  private final HubHttp http;
  private final HubAddress address;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

  /**
   * @param parent commit that the revision must still be, or somebody else's would be lost
   */
  HubCommit(HubHttp http, HubAddress address, String parent, String message) {
    this.http = http;
    this.address = address;
    line(
        "header",
        HubHttp.JSON
            .createObjectNode()
            .put("summary", message)
            .put("description", "")
            .put("parentCommit", parent));
  }

  /** Returns the commit. */
  String run(List<PushedFile> small, List<PushedFile> large) {
    small.forEach(this::small);
    for (PushedFile file : large) {
      line(
          "lfsFile",
          HubHttp.JSON
              .createObjectNode()
              .put("path", file.path())
              .put("algo", "sha256")
              .put("oid", file.sha256())
              .put("size", file.size()));
    }
    JsonNode answer =
        http.json(
            HubRequest.post(
                http.settings()
                    .at(
                        "/api/models/%s/commit/%s"
                            .formatted(address.repository(), address.encodedRevision())),
                LINES,
                lines.toByteArray()));
    return answer.path("commitOid").asText();
  }

  private void small(PushedFile file) {
    try (InputStream input = file.content().open()) {
      line(
          "file",
          HubHttp.JSON
              .createObjectNode()
              .put("path", file.path())
              .put("encoding", "base64")
              .put("content", Base64.getEncoder().encodeToString(input.readAllBytes())));
    } catch (IOException e) {
      throw TransferFailure.of("read", file.path(), e);
    }
  }

  private void line(String key, ObjectNode value) {
    ObjectNode line = HubHttp.JSON.createObjectNode().put("key", key);
    line.set("value", value);
    lines.writeBytes(HubHttp.bytes(line));
    lines.write('\n');
  }
}
