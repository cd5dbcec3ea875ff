package io.sparkllama.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.sparkllama.model.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps large files: GET with ranges, PUT of wholes and parts, POST to put parts together. */
final class HubStore {

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final HubRepositories repositories;
  private final HubFaults faults;
  private final Map<String, byte[]> parts = new ConcurrentHashMap<>();

  HubStore(HubRepositories repositories, HubFaults faults) {
    this.repositories = repositories;
    this.faults = faults;
  }

  /** Paths are {@code /SHA256}, and {@code /SHA256/NUMBER} for parts. */
  void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(1);
    switch (exchange.getRequestMethod()) {
      case "GET", "HEAD" -> send(exchange, repositories.large.get(path), faults);
      case "PUT" -> take(exchange, path);
      default -> putTogether(exchange, path);
    }
  }

  private void take(HttpExchange exchange, String path) throws IOException {
    if (faults.uploadsLeft.getAndDecrement() <= 0) {
      exchange.sendResponseHeaders(403, -1);
      return;
    }
    if (HubFaults.takes(faults.failedUploads)) {
      exchange.getRequestBody().readNBytes(100);
      exchange.close();
      return;
    }
    byte[] content = exchange.getRequestBody().readAllBytes();
    if (path.contains("/")) {
      parts.put(path, content);
    } else if (Sha256.of(content).equals(path)) {
      repositories.large.put(path, content);
    } else {
      exchange.sendResponseHeaders(400, -1);
      return;
    }
    exchange.getResponseHeaders().set("ETag", "\"" + Sha256.of(content) + "\"");
    exchange.sendResponseHeaders(200, -1);
  }

  private void putTogether(HttpExchange exchange, String sha256) throws IOException {
    JsonNode asked = new ObjectMapper().readTree(exchange.getRequestBody());
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    boolean right = asked.path("oid").asText().equals(sha256);
    for (JsonNode part : asked.path("parts")) {
      byte[] content = parts.get(sha256 + "/" + part.path("partNumber").asInt());
      right &= part.path("etag").asText().equals("\"" + Sha256.of(content) + "\"");
      whole.writeBytes(content);
    }
    right &= Sha256.of(whole.toByteArray()).equals(sha256);
    if (right) {
      repositories.large.put(sha256, whole.toByteArray());
    }
    HubPages.json(exchange, right ? 200 : 400, "{}");
  }

  /** Sends a content or the range of it that is asked for, with what goes wrong. */
  static void send(HttpExchange exchange, byte[] content, HubFaults faults) throws IOException {
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    String asked = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(asked == null || faults.ignoresRanges ? "" : asked);
    byte[] sent = content;
    if (range.matches()) {
      int from = Integer.parseInt(range.group(1));
      int to = range.group(2).isEmpty() ? content.length : Integer.parseInt(range.group(2)) + 1;
      sent = Arrays.copyOfRange(content, from, to);
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, to - 1, content.length));
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + sent.length);
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    if (HubFaults.takes(faults.damaged)) {
      sent = sent.clone();
      sent[0] ^= 1;
    }
    exchange.sendResponseHeaders(range.matches() ? 206 : 200, sent.length);
    exchange
        .getResponseBody()
        .write(sent, 0, HubFaults.takes(faults.drops) ? sent.length / 2 : sent.length);
  }
}
