package io.sparkllama.jobs.pipeline.state;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a run comes to a lock: there is none, or that of a dead run, which is one that has not been
 * written for a minute or whose process was on this machine and has ended.
 */
final class LockTaking {

  private static final Logger LOG = LoggerFactory.getLogger(LockTaking.class);

  private LockTaking() {}

  /** Tries once, and once more where the holder was dead. */
  static Optional<LockContent> once(LockFile file, LockContent own) throws IOException {
    if (file.create(own)) {
      return Optional.of(own);
    }
    Optional<LockContent> holder = file.read();
    Optional<Long> written = file.written();
    if (!isDead(holder, written)) {
      return Optional.empty();
    }
    takeAway(file, holder, own.runId());
    LockContent next =
        holder.isPresent() && written.isPresent()
            ? own.after(holder.get(), Instant.ofEpochMilli(written.get()))
            : own;
    return file.create(next) ? Optional.of(next) : Optional.empty();
  }

  private static boolean isDead(Optional<LockContent> holder, Optional<Long> written) {
    return (holder.isPresent() && holder.get().ended())
        || (written.isPresent()
            && System.currentTimeMillis() - written.get() > RunLock.EXPIRY.toMillis());
  }

  /** What was moved may be a newer lock than the one that was looked at; then it goes back. */
  private static void takeAway(LockFile file, Optional<LockContent> dead, String runId)
      throws IOException {
    Path aside = file.path().suffix("." + runId);
    if (!file.moveTo(aside)) {
      return;
    }
    LockFile moved = new LockFile(file.files(), aside);
    if (moved.read().map(LockContent::runId).equals(dead.map(LockContent::runId))) {
      LOG.warn(
          "Took over the lock of run {}, which has ended without releasing it.",
          dead.map(LockContent::runId).orElse("unknown"));
      moved.delete();
    } else {
      moved.moveTo(file.path());
    }
  }
}
