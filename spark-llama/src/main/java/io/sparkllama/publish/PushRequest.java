package io.sparkllama.publish;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What to push.
 *
 * @param folder local package
 * @param target URI of a new folder on a file system that the Hadoop client knows, or {@code
 *     hub:OWNER/NAME@BRANCH}
 * @param license license of the model for its card, as the hub names it ({@code apache-2.0}, {@code
 *     llama3.2}); without one the card has the source's
 * @param publication how it appears where versions have texts and readers
 * @param places how hubs and file systems are reached
 * @param progress hears how far it is
 */
public record PushRequest(
    Path folder,
    String target,
    Optional<String> license,
    Publication publication,
    Places places,
    TransferListener progress) {}
