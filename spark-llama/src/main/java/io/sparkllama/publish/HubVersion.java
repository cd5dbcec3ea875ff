package io.sparkllama.publish;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One commit of a hub's repository. The interface is the one of the Hugging Face Hub: {@code
 * /api/models/NAME/revision/REVISION} tells the commit, {@code /api/models/NAME/tree/COMMIT} its
 * files in pages, {@code /NAME/resolve/COMMIT/PATH} the content with ranges.
 */
final class HubVersion implements PackageSource {

  private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]+)>;\\s*rel=\"next\"");
  private static final int PARTIAL = 206;

  private final HubHttp http;
  private final String repository;
  private final String commit;

  private HubVersion(HubHttp http, String repository, String commit) {
    this.http = http;
    this.repository = repository;
    this.commit = commit;
  }

  /** The commit that a revision is now. */
  static HubVersion of(HubHttp http, HubAddress address) {
    URI uri =
        http.settings()
            .at(
                "/api/models/%s/revision/%s"
                    .formatted(address.repository(), address.encodedRevision()));
    String commit = http.json(HubRequest.get(uri)).path("sha").asText();
    if (commit.isEmpty()) {
      throw new ModelException(
          "Failed to ask for %s: found an answer without a commit. Check that %s is a model hub."
              .formatted(address, http.settings().endpoint()));
    }
    return new HubVersion(http, address.repository(), commit);
  }

  String commit() {
    return commit;
  }

  @Override
  public List<PackageFile> files() {
    List<PackageFile> files = new ArrayList<>();
    Optional<URI> page =
        Optional.of(
            http.settings()
                .at("/api/models/%s/tree/%s?recursive=true".formatted(repository, commit)));
    while (page.isPresent()) {
      page = readPage(page.get(), files);
    }
    return files;
  }

  private Optional<URI> readPage(URI page, List<PackageFile> files) {
    HubRequest request = HubRequest.get(page);
    return new Retries(http.settings().firstWait())
        .run(
            request.toString(),
            () -> {
              HttpURLConnection connection = http.send(request);
              List<PackageFile> found = new ArrayList<>();
              try (InputStream input = connection.getInputStream()) {
                for (JsonNode entry : HubHttp.JSON.readTree(input.readAllBytes())) {
                  if (entry.path("type").asText().equals("file")) {
                    found.add(file(entry));
                  }
                }
              }
              files.addAll(found);
              return next(page, connection.getHeaderField("Link"));
            });
  }

  private static Optional<URI> next(URI page, String link) {
    Matcher matcher = NEXT_PAGE.matcher(link == null ? "" : link);
    return matcher.find() ? Optional.of(page.resolve(matcher.group(1))) : Optional.empty();
  }

  /** Large files carry their SHA-256, the others what git calls them by. */
  private static PackageFile file(JsonNode entry) {
    JsonNode large = entry.path("lfs").path("oid");
    Checksum checksum =
        large.isTextual()
            ? Checksum.sha256(large.asText().replaceFirst("^sha256:", ""))
            : Checksum.gitBlob(entry.path("oid").asText());
    return new PackageFile(
        entry.path("path").asText(), entry.path("size").asLong(), Optional.of(checksum));
  }

  @Override
  public InputStream open(PackageFile file, long from) throws IOException {
    URI uri =
        http.settings()
            .at(
                "/%s/resolve/%s/%s"
                    .formatted(
                        repository, commit, HubAddress.encoded(file.path()).replace("%2F", "/")));
    HubRequest request = HubRequest.get(uri);
    HttpURLConnection connection =
        http.send(from == 0 ? request : request.with(Map.of("Range", "bytes=" + from + "-")));
    InputStream input = connection.getInputStream();
    if (from > 0 && connection.getResponseCode() != PARTIAL) {
      // This server does not know ranges and begins at the beginning.
      input.skipNBytes(from);
    }
    return input;
  }

  @Override
  public String toString() {
    return "hub:" + repository + "@" + commit;
  }
}
