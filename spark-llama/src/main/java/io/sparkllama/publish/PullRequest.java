package io.sparkllama.publish;

import java.nio.file.Path;
import java.util.List;

/**
 * What to pull.
 *
 * @param source URI of a folder on a file system that the Hadoop client knows, or {@code
 *     hub:OWNER/NAME@REVISION}
 * @param target local folder to make
 * @param include globs of paths; empty for all files
 * @param places how hubs and file systems are reached
 * @param progress hears how far it is
 */
public record PullRequest(
    String source, Path target, List<String> include, Places places, TransferListener progress) {
  public PullRequest {
    include = List.copyOf(include);
  }
}
