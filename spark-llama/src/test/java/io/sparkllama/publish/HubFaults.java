package io.sparkllama.publish;

import java.util.concurrent.atomic.AtomicInteger;

/** What goes wrong at a hub; each count is of times that it will. */
final class HubFaults {

  /** Answers that say to come later. */
  final AtomicInteger unavailable = new AtomicInteger();

  /** Contents that end after half of what was asked. */
  final AtomicInteger drops = new AtomicInteger();

  /** Contents with a wrong byte. */
  final AtomicInteger damaged = new AtomicInteger();

  /** Uploads that are cut off. */
  final AtomicInteger failedUploads = new AtomicInteger();

  /** Uploads that succeed before all others are refused. */
  final AtomicInteger uploadsLeft = new AtomicInteger(Integer.MAX_VALUE);

  volatile boolean ignoresRanges;

  boolean refuses() {
    return takes(unavailable);
  }

  static boolean takes(AtomicInteger count) {
    return count.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }
}
