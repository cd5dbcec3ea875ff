package io.sparkllama.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Sends requests to a hub and to the stores that it sends its clients to. Uses the older of the
 * JDK's two clients: the newer one has no limit on how long a body may be silent.
 */
final class HubHttp {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final int SILENT_MILLIS = 60_000;
  private static final int REDIRECTS = 10;
  private static final Set<Integer> REDIRECTING = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> FOR_NOW = Set.of(408, 425, 429, 500, 502, 503, 504);
  private static final int MOST_SAID = 300;

  private final HubSettings settings;

  HubHttp(HubSettings settings) {
    this.settings = settings;
  }

  HubSettings settings() {
    return settings;
  }

  /**
   * Sends a request and follows where it is sent.
   *
   * @throws IOException when trying again may help
   * @throws ModelException when the hub refuses
   */
  HttpURLConnection send(HubRequest request) throws IOException {
    HubRequest sent = request;
    for (int i = 0; i < REDIRECTS; i++) {
      HttpURLConnection connection = open(sent);
      int status = status(connection);
      String location = connection.getHeaderField("Location");
      if (!REDIRECTING.contains(status) || location == null) {
        requireSuccess(sent, connection, status);
        return connection;
      }
      connection.disconnect();
      sent = sent.at(sent.address().resolve(location));
    }
    throw new ModelException(
        "Failed to %s: found more than %d redirects, expected an answer. Check the hub's address."
            .formatted(request, REDIRECTS));
  }

  /** Sends a request, again where that may help, and reads what comes back. */
  JsonNode json(HubRequest request) {
    return new Retries(settings.firstWait())
        .run(
            request.toString(),
            () -> {
              HttpURLConnection connection = send(request);
              try (InputStream input = body(connection)) {
                return JSON.readTree(input.readAllBytes());
              } catch (JsonProcessingException e) {
                throw new ModelException(
                    "Failed to %s: found an answer that is no JSON. Check that %s is a model hub."
                        .formatted(request, settings.endpoint()),
                    e);
              }
            });
  }

  static byte[] bytes(JsonNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every tree can be written", e);
    }
  }

  private HttpURLConnection open(HubRequest request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) request.address().toURL().openConnection();
    connection.setRequestMethod(request.method());
    connection.setConnectTimeout(SILENT_MILLIS);
    connection.setReadTimeout(SILENT_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestProperty("User-Agent", "spark-llama");
    request.headers().forEach(connection::setRequestProperty);
    if (settings.token().isPresent() && settings.owns(request.address())) {
      connection.setRequestProperty("Authorization", "Bearer " + settings.token().get());
    }
    if (request.body().isPresent()) {
      write(connection, request.body().get());
    }
    return connection;
  }

  private static void write(HttpURLConnection connection, HubRequest.Body body) throws IOException {
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.size());
    connection.setRequestProperty("Content-Type", body.type());
    try (OutputStream output = connection.getOutputStream()) {
      body.writer().write(output);
    }
  }

  private static int status(HttpURLConnection connection) throws IOException {
    try {
      return connection.getResponseCode();
    } catch (HttpRetryException e) {
      // A body that is streamed cannot be sent again with a password, which nobody wants to.
      return e.responseCode();
    }
  }

  private static void requireSuccess(HubRequest sent, HttpURLConnection connection, int status)
      throws IOException {
    if ((status >= 200 && status < 300) || sent.alsoFine().orElse(0) == status) {
      return;
    }
    if (FOR_NOW.contains(status) || status < 0) {
      throw new IOException("found status " + status);
    }
    throw new ModelException(
        "Failed to %s: found status %d%s, expected success. %s"
            .formatted(sent, status, said(connection), remedy(status)));
  }

  /** A status that is fine beyond 2xx has what came with it as an error. */
  private static InputStream body(HttpURLConnection connection) throws IOException {
    InputStream error = connection.getErrorStream();
    return error == null ? connection.getInputStream() : error;
  }

  private static String remedy(int status) {
    return switch (status) {
      case 401, 403 ->
          "Set %s to a token that may do this, and accept the model's terms on its page."
              .formatted(HubSettings.TOKEN_VARIABLE);
      case 404 ->
          "Check owner, name and revision; a private model needs %s."
              .formatted(HubSettings.TOKEN_VARIABLE);
      default -> "Check the address and what the hub says.";
    };
  }

  private static String said(HttpURLConnection connection) throws IOException {
    try (InputStream error = connection.getErrorStream()) {
      String text =
          error == null ? "" : new String(error.readNBytes(MOST_SAID), StandardCharsets.UTF_8);
      return text.isBlank() ? "" : " (" + text.strip().replaceAll("\\s+", " ") + ")";
    }
  }
}
