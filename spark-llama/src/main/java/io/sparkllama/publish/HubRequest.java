package io.sparkllama.publish;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One HTTP request.
 *
 * @param headers beside the token, which goes to the hub alone
 * @param alsoFine a status beyond 2xx that is no failure
 */
record HubRequest(
    String method,
    URI address,
    Map<String, String> headers,
    Optional<Body> body,
    OptionalInt alsoFine) {

  static final String JSON = "application/json";

  /**
   * @param type its Content-Type
   * @param size bytes
   * @param writer writes them, anew for each attempt
   */
  record Body(String type, long size, Writer writer) {}

  /** Writes a body. */
  @FunctionalInterface
  interface Writer {
    void write(OutputStream output) throws IOException;
  }

  static HubRequest get(URI address) {
    return new HubRequest("GET", address, Map.of(), Optional.empty(), OptionalInt.empty());
  }

  static HubRequest post(URI address, String type, byte[] body) {
    return new HubRequest("POST", address, Map.of(), Optional.empty(), OptionalInt.empty())
        .with(new Body(type, body.length, output -> output.write(body)));
  }

  static HubRequest put(URI address, Body body) {
    return new HubRequest("PUT", address, Map.of(), Optional.of(body), OptionalInt.empty());
  }

  HubRequest with(Map<String, String> others) {
    return new HubRequest(method, address, others, body, alsoFine);
  }

  HubRequest with(Body other) {
    return new HubRequest(method, address, headers, Optional.of(other), alsoFine);
  }

  HubRequest orStatus(int status) {
    return new HubRequest(method, address, headers, body, OptionalInt.of(status));
  }

  HubRequest at(URI other) {
    return new HubRequest(method, other, headers, body, alsoFine);
  }

  /** Without the query, which carries the signature of signed addresses. */
  @Override
  public String toString() {
    return method + " " + address.toString().replaceFirst("\\?.*", "");
  }
}
