package io.sparkllama.publish;

import java.util.List;

/** Adds up what has been sent; what an attempt that failed had sent is taken back. */
final class HubProgress {

  private final TransferListener listener;
  private final long total;
  private long done;

  HubProgress(List<PushedFile> files, List<PushedFile> changed, TransferListener listener) {
    this.listener = listener;
    this.total = PushedFile.bytes(files);
    this.done = total - PushedFile.bytes(changed);
  }

  void advanced(long bytes) {
    done += bytes;
    listener.advanced(done, total);
  }
}
