package io.sparkllama.publish;

/** Hears how far a transfer is; called on the transferring thread, often. */
@FunctionalInterface
public interface TransferListener {

  TransferListener SILENT = (done, total) -> {};

  /**
   * @param done bytes that are there, those of an earlier attempt included
   * @param total bytes in all
   */
  void advanced(long done, long total);
}
