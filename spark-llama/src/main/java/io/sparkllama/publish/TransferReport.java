package io.sparkllama.publish;

/**
 * What a push or pull did.
 *
 * @param version where the package is now, or came from, with its version where there is one
 * @param files of the package
 * @param bytes of these files
 * @param moved bytes that went over the network; the others were there already
 */
public record TransferReport(String version, int files, long bytes, long moved) {}
