package io.sparkllama.publish;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A model hub on this machine, as far as push and pull speak with one, and the store beside it that
 * it sends clients to for large files. {@code ci/publish/check.py} lets the Python client of the
 * Hugging Face Hub speak with it.
 */
final class HubServer implements AutoCloseable {

  /** What a client asked. */
  record Asked(String method, String path, Optional<String> range, Optional<String> token) {}

  final HubRepositories repositories = new HubRepositories();
  final HubFaults faults = new HubFaults();
  final List<Asked> asked = new CopyOnWriteArrayList<>();
  final List<Asked> askedOfStore = new CopyOnWriteArrayList<>();

  private final HttpServer hub;
  private final HttpServer store;

  private HubServer(HttpServer hub, HttpServer store) {
    this.hub = hub;
    this.store = store;
  }

  /** Runs one on a port until the process ends, for {@code ci/hub.sh}. */
  public static void main(String[] args) throws IOException {
    start(Integer.parseInt(args[0]));
  }

  static HubServer start() throws IOException {
    return start(0);
  }

  static HubServer start(int port) throws IOException {
    HubServer server = new HubServer(listen(port), listen(0));
    HubStore store = new HubStore(server.repositories, server.faults);
    HubPages pages = new HubPages(server.repositories, server.faults, address(server.store));
    server.handle(server.hub, server.asked, pages::answer);
    server.handle(server.store, server.askedOfStore, store::answer);
    return server;
  }

  HubSettings settings() {
    return new HubSettings(address(hub), Optional.of("secret"), Duration.ofMillis(5));
  }

  Places places() {
    return new Places(settings(), Map.of());
  }

  /** Requests to the store for a large file's content. */
  List<Asked> contents(String sha256) {
    return askedOfStore.stream()
        .filter(asked -> asked.method().equals("GET") && asked.path().endsWith(sha256))
        .toList();
  }

  private static HttpServer listen(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
    return server;
  }

  private static URI address(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @FunctionalInterface
  private interface Answerer {
    void answer(HttpExchange exchange) throws IOException;
  }

  private void handle(HttpServer server, List<Asked> log, Answerer answerer) {
    server.createContext(
        "/",
        exchange -> {
          log.add(
              new Asked(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().getPath(),
                  Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")),
                  Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))));
          try (exchange) {
            if (faults.refuses()) {
              exchange.sendResponseHeaders(503, -1);
            } else {
              answerer.answer(exchange);
            }
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        });
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
  }
}
