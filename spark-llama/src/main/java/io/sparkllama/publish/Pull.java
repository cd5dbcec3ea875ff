package io.sparkllama.publish;

import io.sparkllama.errors.ModelException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.function.Predicate;

/** Gets a package from where others have put it. */
public final class Pull {

  private final PullRequest request;
  private final PackageSource source;
  private final List<PackageFile> files;
  private long before;

  private Pull(PullRequest request, PackageSource source, List<PackageFile> files) {
    this.request = request;
    this.source = source;
    this.files = files;
  }

  /**
   * Gets all files into a folder beside the target and gives it the target's name when they are
   * whole. What an earlier run has got is kept, if it is still what is wanted.
   *
   * @throws ModelException when nothing fits, the target is another package, files are damaged, the
   *     disk is full, or the place stays out of reach
   */
  public static TransferReport run(PullRequest request) {
    PackageSource source = request.places().source(request.source());
    List<PackageFile> files = source.files().stream().filter(wanted(request.include())).toList();
    if (files.isEmpty()) {
      throw new ModelException(
          "Cannot pull %s: found no file%s, expected one at least. Check the address and the patterns."
              .formatted(
                  source, request.include().isEmpty() ? "" : " that fits " + request.include()));
    }
    try (PullFolder folder = PullFolder.lock(request.target())) {
      return new Pull(request, source, files).into(folder);
    } catch (IOException e) {
      throw new ModelException(
          "Failed to write %s: %s. Check the folder's rights and the free space."
              .formatted(request.target(), e),
          e);
    }
  }

  private static Predicate<PackageFile> wanted(List<String> globs) {
    List<PathMatcher> matchers =
        globs.stream()
            .map(glob -> FileSystems.getDefault().getPathMatcher("glob:" + glob))
            .toList();
    return file ->
        matchers.isEmpty()
            || matchers.stream().anyMatch(matcher -> matcher.matches(Path.of(file.path())));
  }

  private TransferReport into(PullFolder folder) throws IOException {
    long total = files.stream().mapToLong(PackageFile::size).sum();
    long moved = 0;
    if (!folder.holds(files)) {
      folder.requireSpace(files);
      Retries retries = new Retries(request.places().hub().firstWait());
      for (PackageFile file : files) {
        Path target = folder.file(file.path());
        moved +=
            new Download(
                    source,
                    file,
                    target,
                    retries,
                    bytes -> request.progress().advanced(before + bytes, total))
                .run();
        before += file.size();
      }
      folder.publish(files);
    }
    request.progress().advanced(total, total);
    return new TransferReport(source.toString(), files.size(), total, moved);
  }
}
