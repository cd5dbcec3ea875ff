package io.sparkllama.publish;

import io.sparkllama.model.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** What a hub holds: repositories with commits of files, and large files by their SHA-256. */
final class HubRepositories {

  /** Smaller files are in the commits themselves. */
  static final int LARGE = 10_000;

  /** A file of a commit. */
  static final class Stored {

    private final byte[] content;

    Stored(byte[] content) {
      this.content = content;
    }

    byte[] content() {
      return content;
    }

    boolean large() {
      return content.length >= LARGE;
    }

    String sha256() throws IOException {
      return Sha256.of(new ByteArrayInputStream(content));
    }

    /** As {@code git hash-object} has it. */
    String blob() {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-1");
        digest.update(("blob " + content.length).getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return HexFormat.of().formatHex(digest.digest(content));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Its commits, the last one newest; each has all files by path. */
  static final class Repository {
    final List<SortedMap<String, Stored>> commits =
        new CopyOnWriteArrayList<>(List.of(new TreeMap<>()));

    SortedMap<String, Stored> files() {
      return commits.get(commits.size() - 1);
    }

    /** A name of forty hex digits, as commits have. */
    String head() {
      return "%040x".formatted(commits.size() - 1);
    }

    SortedMap<String, Stored> at(String commit) {
      return commits.get(Integer.parseInt(commit, 16));
    }
  }

  final Map<String, byte[]> large = new ConcurrentHashMap<>();
  private final Map<String, Repository> repositories = new ConcurrentHashMap<>();

  Optional<Repository> find(String name) {
    return Optional.ofNullable(repositories.get(name));
  }

  /** Whether it is new. */
  boolean create(String name) {
    return repositories.putIfAbsent(name, new Repository()) == null;
  }

  /** Commits all files of a folder, as if somebody had pushed it. */
  void add(String name, Path folder) throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> below = Files.walk(folder)) {
      for (Path file : below.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    add(name, files);
  }

  void add(String name, Map<String, byte[]> files) throws IOException {
    create(name);
    Repository repository = find(name).orElseThrow();
    SortedMap<String, Stored> commit = new TreeMap<>(repository.files());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Stored stored = new Stored(file.getValue());
      commit.put(file.getKey(), stored);
      if (stored.large()) {
        large.put(stored.sha256(), file.getValue());
      }
    }
    repository.commits.add(commit);
  }
}
