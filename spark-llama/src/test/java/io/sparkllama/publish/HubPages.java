package io.sparkllama.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.sparkllama.publish.HubRepositories.Repository;
import io.sparkllama.publish.HubRepositories.Stored;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hub's own pages: versions, listings, contents, and the steps of a commit. */
final class HubPages {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern API =
      Pattern.compile(
          "/api/models/([^/]+/[^/]+)/(revision|tree|preupload|commit|branch)/([^/]+).*");
  private static final Pattern RESOLVE = Pattern.compile("/([^/]+/[^/]+)/resolve/([^/]+)/(.+)");
  private static final Pattern BATCH =
      Pattern.compile("/([^/]+/[^/]+)\\.git/info/lfs/objects/batch");
  private static final int PAGE = 3;

  /** Files from here on go in parts of this size. */
  private static final int PART = 150_000;

  private final HubRepositories repositories;
  private final HubFaults faults;
  private final URI store;

  HubPages(HubRepositories repositories, HubFaults faults, URI store) {
    this.repositories = repositories;
    this.faults = faults;
    this.store = store;
  }

  void answer(HttpExchange exchange) throws IOException {
    if (!"Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      json(exchange, 401, "{\"error\": \"Invalid credentials\"}");
      return;
    }
    String path = exchange.getRequestURI().getPath();
    Matcher api = API.matcher(path);
    Matcher resolve = RESOLVE.matcher(path);
    Matcher batch = BATCH.matcher(path);
    if (path.equals("/api/repos/create")) {
      create(exchange);
    } else if (api.matches() && repositories.find(api.group(1)).isPresent()) {
      api(exchange, repositories.find(api.group(1)).get(), api.group(2), api.group(3));
    } else if (resolve.matches()) {
      Repository repository = repositories.find(resolve.group(1)).orElseThrow();
      content(exchange, repository, resolve.group(2), resolve.group(3));
    } else if (batch.matches()) {
      batch(exchange);
    } else {
      json(exchange, 404, "{\"error\": \"Repository not found\"}");
    }
  }

  private void create(HttpExchange exchange) throws IOException {
    JsonNode asked = JSON.readTree(exchange.getRequestBody());
    String name = asked.path("organization").asText() + "/" + asked.path("name").asText();
    boolean made = repositories.create(name);
    json(exchange, made ? 200 : 409, "{\"url\": \"%s/%s\"}".formatted(self(exchange), name));
  }

  private void api(HttpExchange exchange, Repository repository, String what, String revision)
      throws IOException {
    switch (what) {
      case "revision" -> revision(exchange, repository, commit(repository, revision));
      case "tree" -> tree(exchange, repository.at(commit(repository, revision)));
      case "preupload" -> preupload(exchange);
      case "commit" -> commit(exchange, repository);
      default -> json(exchange, 409, "{}");
    }
  }

  private static String self(HttpExchange exchange) {
    return "http://" + exchange.getRequestHeaders().getFirst("Host");
  }

  private static void revision(HttpExchange exchange, Repository repository, String commit)
      throws IOException {
    ObjectNode found = JSON.createObjectNode().put("id", "a/model").put("sha", commit);
    ArrayNode siblings = found.putArray("siblings");
    repository.at(commit).keySet().forEach(path -> siblings.addObject().put("rfilename", path));
    json(exchange, 200, found.toString());
  }

  private static String commit(Repository repository, String revision) {
    return revision.equals("main") ? repository.head() : revision;
  }

  private void tree(HttpExchange exchange, SortedMap<String, Stored> files) throws IOException {
    URI asked = exchange.getRequestURI();
    Matcher cursor = Pattern.compile(".*cursor=(\\d+)").matcher(asked.getQuery());
    int from = cursor.matches() ? Integer.parseInt(cursor.group(1)) : 0;
    List<Map.Entry<String, Stored>> all = new ArrayList<>(files.entrySet());
    ArrayNode entries = JSON.createArrayNode();
    for (Map.Entry<String, Stored> file : all.subList(from, Math.min(all.size(), from + PAGE))) {
      Stored stored = file.getValue();
      ObjectNode entry =
          entries
              .addObject()
              .put("type", "file")
              .put("path", file.getKey())
              .put("size", stored.content().length)
              .put("oid", stored.blob());
      if (stored.large()) {
        entry
            .putObject("lfs")
            .put("oid", stored.sha256())
            .put("size", stored.content().length)
            .put("pointerSize", 132);
      }
    }
    if (from + PAGE < all.size()) {
      String next =
          "%s%s?recursive=true&cursor=%d".formatted(self(exchange), asked.getPath(), from + PAGE);
      exchange.getResponseHeaders().set("Link", "<%s>; rel=\"next\"".formatted(next));
    }
    json(exchange, 200, entries.toString());
  }

  private void content(HttpExchange exchange, Repository repository, String revision, String path)
      throws IOException {
    String commit = commit(repository, revision);
    Stored stored = repository.at(commit).get(path);
    if (stored == null) {
      exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", commit);
    if (stored.large()) {
      exchange.getResponseHeaders().set("X-Linked-Size", "" + stored.content().length);
      exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + stored.sha256() + "\"");
      exchange.getResponseHeaders().set("Location", store + "/" + stored.sha256());
      exchange.sendResponseHeaders(302, -1);
      return;
    }
    exchange.getResponseHeaders().set("ETag", "\"" + stored.blob() + "\"");
    HubStore.send(exchange, stored.content(), faults);
  }

  private void preupload(HttpExchange exchange) throws IOException {
    ArrayNode files = JSON.createArrayNode();
    for (JsonNode file : JSON.readTree(exchange.getRequestBody()).path("files")) {
      boolean large = file.path("size").asLong() >= HubRepositories.LARGE;
      files
          .addObject()
          .put("path", file.path("path").asText())
          .put("uploadMode", large ? "lfs" : "regular")
          .put("shouldIgnore", false);
    }
    json(exchange, 200, "{\"files\": %s}".formatted(files));
  }

  private void batch(HttpExchange exchange) throws IOException {
    ArrayNode objects = JSON.createArrayNode();
    for (JsonNode asked : JSON.readTree(exchange.getRequestBody()).path("objects")) {
      String oid = asked.path("oid").asText();
      long size = asked.path("size").asLong();
      ObjectNode object = objects.addObject().put("oid", oid).put("size", size);
      if (!repositories.large.containsKey(oid)) {
        ObjectNode upload = object.putObject("actions").putObject("upload");
        upload.put("href", store + "/" + oid);
        ObjectNode header = upload.putObject("header");
        for (int part = 1; size >= PART && (part - 1L) * PART < size; part++) {
          header.put("chunk_size", "" + PART);
          header.put("" + part, store + "/" + oid + "/" + part);
        }
      }
    }
    json(exchange, 200, "{\"transfer\": \"multipart\", \"objects\": %s}".formatted(objects));
  }

  private void commit(HttpExchange exchange, Repository repository) throws IOException {
    SortedMap<String, Stored> files = new TreeMap<>(repository.files());
    Optional<String> refusal = Optional.empty();
    String lines = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    for (String line : lines.split("\n", -1)) {
      JsonNode value = line.isEmpty() ? JSON.nullNode() : JSON.readTree(line).path("value");
      String key = line.isEmpty() ? "" : JSON.readTree(line).path("key").asText();
      String path = value.path("path").asText();
      if (key.equals("file")) {
        files.put(path, new Stored(Base64.getDecoder().decode(value.path("content").asText())));
      } else if (key.equals("lfsFile") && repositories.large.containsKey(oid(value))) {
        files.put(path, new Stored(repositories.large.get(oid(value))));
      } else if (key.equals("lfsFile")) {
        refusal = Optional.of("{\"error\": \"a file was not uploaded\"}");
      } else if (value.has("parentCommit")
          && !value.path("parentCommit").asText().equals(repository.head())) {
        refusal = Optional.of("{\"error\": \"a commit has happened since\"}");
      }
    }
    if (refusal.isPresent()) {
      json(exchange, 412, refusal.get());
      return;
    }
    repository.commits.add(files);
    String made = repository.head();
    json(
        exchange,
        200,
        "{\"success\": true, \"commitOid\": \"%s\", \"commitUrl\": \"%s/a/model/commit/%s\"}"
            .formatted(made, self(exchange), made));
  }

  private static String oid(JsonNode value) {
    return value.path("oid").asText();
  }

  static void json(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
