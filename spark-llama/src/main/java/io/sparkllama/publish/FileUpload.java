package io.sparkllama.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;

/** Sends one file to the address that a hub gave for it. */
final class FileUpload {

  private static final int BLOCK = 1 << 20;
  private static final String BYTES = "application/octet-stream";
  private static final String PART_SIZE = "chunk_size";

  private final HubHttp http;
  private final PushedFile file;
  private final HubProgress progress;

  FileUpload(HubHttp http, PushedFile file, HubProgress progress) {
    this.http = http;
    this.file = file;
    this.progress = progress;
  }

  /**
   * @param action address and headers; with {@code chunk_size} among them, the others are the
   *     parts' addresses by number
   */
  void run(JsonNode action) {
    URI address = URI.create(action.path("href").asText());
    Map<String, String> headers = LfsUpload.headers(action);
    if (headers.containsKey(PART_SIZE)) {
      parts(address, Long.parseLong(headers.get(PART_SIZE)), headers);
    } else {
      send(address, headers, 0, file.size());
    }
  }

  private void parts(URI end, long size, Map<String, String> addresses) {
    ObjectNode whole = HubHttp.JSON.createObjectNode().put("oid", file.sha256());
    ArrayNode parts = whole.putArray("parts");
    int number = 1;
    for (long from = 0; from < file.size(); from += size, number++) {
      // Written with or without leading zeros.
      URI part = address(addresses, number);
      String tag = send(part, Map.of(), from, Math.min(size, file.size() - from));
      parts.addObject().put("partNumber", number).put("etag", tag);
    }
    http.json(HubRequest.post(end, HubRequest.JSON, HubHttp.bytes(whole)));
  }

  private static URI address(Map<String, String> addresses, int number) {
    return addresses.entrySet().stream()
        .filter(entry -> entry.getKey().matches("0*" + number))
        .map(entry -> URI.create(entry.getValue()))
        .findFirst()
        .orElseThrow(
            () ->
                TransferFailure.of(
                    "push", "part " + number, new IOException("the hub gave no address for it")));
  }

  /** Returns the tag that the store gave it. */
  private String send(URI address, Map<String, String> headers, long from, long length) {
    return new Retries(http.settings().firstWait())
        .run(
            "push %s".formatted(file.path()),
            () -> {
              long[] sent = new long[1];
              HubRequest.Body body =
                  new HubRequest.Body(BYTES, length, output -> copy(output, from, length, sent));
              try {
                HttpURLConnection done = http.send(HubRequest.put(address, body).with(headers));
                return String.valueOf(done.getHeaderField("ETag"));
              } catch (IOException | RuntimeException e) {
                progress.advanced(-sent[0]);
                throw e;
              }
            });
  }

  private void copy(OutputStream output, long from, long length, long[] sent) throws IOException {
    sent[0] = 0;
    byte[] block = new byte[BLOCK];
    try (InputStream input = file.content().open()) {
      input.skipNBytes(from);
      while (sent[0] < length) {
        int n = input.read(block, 0, (int) Math.min(BLOCK, length - sent[0]));
        if (n < 0) {
          throw new IOException(file.path() + " has become shorter");
        }
        output.write(block, 0, n);
        sent[0] += n;
        progress.advanced(n);
      }
    }
  }
}
