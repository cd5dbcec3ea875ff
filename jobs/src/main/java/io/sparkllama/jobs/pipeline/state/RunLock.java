package io.sparkllama.jobs.pipeline.state;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.JobException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a second run of a pipeline away. The file is written again every ten seconds; one that has
 * not been for a minute belongs to a dead run and is taken over, as is at once one of a process of
 * this machine that has ended. Where a file system cannot make a file for one of two alone, as some
 * object stores, the sink's transaction number is what keeps two runs apart.
 */
public final class RunLock implements AutoCloseable {

  static final Duration BEAT = Duration.ofSeconds(10);
  static final Duration EXPIRY = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
  private static final long WAIT_MILLIS = 1000;

  private final LockFile file;
  private final Runnable onLoss;
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          run -> {
            Thread thread = new Thread(run, "spark-llama-lock");
            thread.setDaemon(true);
            return thread;
          });
  private final Future<?> beating;
  private LockContent own;

  private RunLock(LockFile file, LockContent own, Runnable onLoss) {
    this.file = file;
    this.own = own;
    this.onLoss = onLoss;
    this.beating =
        beats.scheduleWithFixedDelay(
            this::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What to do while another run holds the lock. */
  public enum Patience {
    WAIT,
    FAIL
  }

  /**
   * Takes the lock.
   *
   * @param onLoss is called on another thread if another run has taken it away
   * @param waiting is told once who is waited for
   * @throws JobException that ends as {@link Ending#BUSY} if another run holds it
   */
  public static RunLock take(
      StateFolder state,
      String runId,
      Patience patience,
      Runnable onLoss,
      Consumer<String> waiting) {
    try {
      Path path = new Path(state.lock());
      LockFile file = new LockFile(state.files(path), path);
      LockContent own = LockContent.of(runId);
      for (boolean told = false; !isTaken(file, own); told = true) {
        JobException busy = busy(state, file.read());
        if (patience == Patience.FAIL) {
          throw busy;
        }
        if (!told) {
          waiting.accept(busy.getMessage());
        }
        Thread.sleep(WAIT_MILLIS);
      }
      return new RunLock(file, own, onLoss);
    } catch (IOException e) {
      throw new JobException(
          "Cannot lock %s: %s. Check the state folder and its rights.".formatted(state.root(), e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException(Ending.INTERRUPTED, "Cannot wait for the lock: interrupted.");
    }
  }

  /** Tries once, and once more where the holder was dead. */
  private static boolean isTaken(LockFile file, LockContent own) throws IOException {
    if (file.create(own)) {
      return true;
    }
    Optional<LockContent> holder = file.read();
    if (!isDead(file, holder)) {
      return false;
    }
    takeAway(file, holder, own.runId());
    return file.create(own);
  }

  private static boolean isDead(LockFile file, Optional<LockContent> holder) throws IOException {
    if (holder.isPresent() && holder.get().ended()) {
      return true;
    }
    Optional<Long> written = file.written();
    return written.isPresent() && System.currentTimeMillis() - written.get() > EXPIRY.toMillis();
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

  private static JobException busy(StateFolder state, Optional<LockContent> holder) {
    return new JobException(
        Ending.BUSY,
        "Cannot run pipeline %s: run %s of process %s on %s is going on. Run it later, or with --wait; the lock of a dead run expires after %d s."
            .formatted(
                state.pipeline(),
                holder.map(LockContent::runId).orElse("unknown"),
                holder.map(content -> Long.toString(content.pid())).orElse("unknown"),
                holder.map(LockContent::host).orElse("an unknown host"),
                EXPIRY.toSeconds()));
  }

  private synchronized void beat() {
    try {
      Optional<LockContent> found = file.read();
      if (found.isPresent() && !found.get().runId().equals(own.runId())) {
        beating.cancel(false);
        onLoss.run();
        return;
      }
      own = own.beat();
      file.write(own);
    } catch (IOException e) {
      LOG.warn("Cannot renew the lock {}: {}", file.path(), e.toString());
    }
  }

  @Override
  public String toString() {
    return "lock " + file.path();
  }

  /** Releases the lock, if it is still this run's. */
  @Override
  public synchronized void close() {
    beating.cancel(false);
    beats.shutdown();
    try {
      if (file.read().filter(found -> found.runId().equals(own.runId())).isPresent()) {
        file.delete();
      }
    } catch (IOException e) {
      LOG.warn("Cannot remove the lock {}: {}. It expires by itself.", file.path(), e.toString());
    }
  }
}
