package io.sparkllama.publish;

import java.util.Optional;

/**
 * A file where a package is published.
 *
 * @param path inside the package, with {@code /}
 * @param size bytes
 * @param checksum of its content, where the place or the package's manifest tells it
 */
record PackageFile(String path, long size, Optional<Checksum> checksum) {}
