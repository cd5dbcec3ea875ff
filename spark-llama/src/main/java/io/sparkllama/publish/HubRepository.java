package io.sparkllama.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.publish.Publication.Visibility;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A repository of a hub as a place to push to. Large files are stored first, by their SHA-256; then
 * one commit names all that changed, so that no version has half of them.
 */
final class HubRepository implements PackageTarget {

  private static final int CONFLICT = 409;
  private static final int SAMPLE = 512;

  private final HubHttp http;
  private final HubAddress address;

  HubRepository(HubHttp http, HubAddress address) {
    this.http = http;
    this.address = address;
  }

  @Override
  public TransferReport push(
      List<PushedFile> files, Publication publication, TransferListener progress) {
    create(publication.visibility());
    HubVersion before = HubVersion.of(http, address);
    List<PushedFile> changed = changed(files, before);
    String commit = before.commit();
    long moved = 0;
    if (!changed.isEmpty()) {
      HubProgress done = new HubProgress(files, changed, progress);
      Set<String> large = large(changed);
      moved = new LfsUpload(http, address, done).run(named(changed, large, true));
      HubCommit made = new HubCommit(http, address, before.commit(), publication.message());
      commit = made.run(named(changed, large, false), named(changed, large, true));
      moved += PushedFile.bytes(named(changed, large, false));
    }
    progress.advanced(PushedFile.bytes(files), PushedFile.bytes(files));
    return new TransferReport(
        "hub:" + address.repository() + "@" + commit, files.size(), PushedFile.bytes(files), moved);
  }

  private void create(Visibility visibility) {
    String[] parts = address.repository().split("/", 2);
    ObjectNode body =
        HubHttp.JSON
            .createObjectNode()
            .put("type", "model")
            .put("organization", parts[0])
            .put("name", parts[1])
            .put("private", visibility == Visibility.PRIVATE);
    post("/api/repos/create", body);
    if (!address.revision().equals("main")) {
      post(
          "/api/models/%s/branch/%s".formatted(address.repository(), address.encodedRevision()),
          HubHttp.JSON.createObjectNode());
    }
  }

  /** What is there already is no failure. */
  private void post(String path, JsonNode body) {
    http.json(
        HubRequest.post(http.settings().at(path), HubRequest.JSON, HubHttp.bytes(body))
            .orStatus(CONFLICT));
  }

  private List<PushedFile> changed(List<PushedFile> files, HubVersion before) {
    Map<String, PackageFile> there = new HashMap<>();
    before.files().forEach(file -> there.put(file.path(), file));
    List<PushedFile> changed = new ArrayList<>();
    for (PushedFile file : files) {
      PackageFile old = there.get(file.path());
      if (old == null || !same(file, old)) {
        changed.add(file);
      }
    }
    return changed;
  }

  private static boolean same(PushedFile file, PackageFile old) {
    try {
      return old.size() == file.size() && old.checksum().orElseThrow().matches(file);
    } catch (IOException e) {
      throw TransferFailure.of("read", file.path(), e);
    }
  }

  /** Paths of the files that the hub wants by their hash alone. */
  private Set<String> large(List<PushedFile> changed) {
    ObjectNode body = HubHttp.JSON.createObjectNode();
    ArrayNode asked = body.putArray("files");
    for (PushedFile file : changed) {
      asked
          .addObject()
          .put("path", file.path())
          .put("size", file.size())
          .put("sample", sample(file));
    }
    JsonNode answer =
        http.json(
            HubRequest.post(
                http.settings()
                    .at(
                        "/api/models/%s/preupload/%s"
                            .formatted(address.repository(), address.encodedRevision())),
                HubRequest.JSON,
                HubHttp.bytes(body)));
    Set<String> large = new HashSet<>();
    for (JsonNode file : answer.path("files")) {
      if (file.path("uploadMode").asText().equals("lfs")) {
        large.add(file.path("path").asText());
      }
    }
    return large;
  }

  private static String sample(PushedFile file) {
    try (InputStream input = file.content().open()) {
      return Base64.getEncoder().encodeToString(input.readNBytes(SAMPLE));
    } catch (IOException e) {
      throw TransferFailure.of("read", file.path(), e);
    }
  }

  private static List<PushedFile> named(List<PushedFile> files, Set<String> paths, boolean in) {
    return files.stream().filter(file -> paths.contains(file.path()) == in).toList();
  }
}
