package io.sparkllama.jobs.pipeline.state;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.JobException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
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
 * Keeps a second run of a pipeline away. The file is written again every ten seconds; that of a
 * dead run is taken over (see {@link LockTaking}). A run whose file is gone, or another's, stops.
 * Where a file system cannot make a file for one of two alone, as some object stores, the sink's
 * transaction number is what keeps two runs apart.
 */
public final class RunLock implements AutoCloseable {

  static final Duration BEAT = Duration.ofSeconds(10);
  static final Duration EXPIRY = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
  private static final long WAIT_MILLIS = 1000;

  private static final long LOOK_AGAIN_MILLIS = 1000;

  private final LockFile file;
  private final Consumer<JobException> onLoss;
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(
          run -> {
            Thread thread = new Thread(run, "spark-llama-lock");
            thread.setDaemon(true);
            return thread;
          });
  private final Future<?> beating;
  private LockContent own;

  private RunLock(LockFile file, LockContent own, Duration beat, Consumer<JobException> onLoss) {
    this.file = file;
    this.own = own;
    this.onLoss = onLoss;
    this.beating =
        beats.scheduleWithFixedDelay(
            this::beat, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What to do while another run holds the lock. */
  public enum Patience {
    WAIT,
    FAIL
  }

  /**
   * Takes the lock.
   *
   * @param onLoss is told on another thread if the lock is another run's, or nobody's
   * @param waiting is told every second who is waited for, and may throw to wait no longer
   * @throws JobException that ends as {@link Ending#BUSY} if another run holds it
   */
  public static RunLock take(
      StateFolder state,
      String runId,
      Patience patience,
      Consumer<JobException> onLoss,
      Consumer<String> waiting) {
    return take(state, runId, patience, BEAT, onLoss, waiting);
  }

  static RunLock take(
      StateFolder state,
      String runId,
      Patience patience,
      Duration beat,
      Consumer<JobException> onLoss,
      Consumer<String> waiting) {
    try {
      Path path = new Path(state.lock());
      LockFile file = new LockFile(state.files(path), path);
      LockContent own = LockContent.of(runId);
      Optional<LockContent> taken = LockTaking.once(file, own);
      while (taken.isEmpty()) {
        JobException busy = busy(state, file.read());
        if (patience == Patience.FAIL) {
          throw busy;
        }
        waiting.accept(busy.getMessage());
        Thread.sleep(WAIT_MILLIS);
        taken = LockTaking.once(file, own);
      }
      return new RunLock(file, taken.get(), beat, onLoss);
    } catch (IOException e) {
      throw new JobException(
          "Cannot lock %s: %s. Check the state folder and its rights.".formatted(state.root(), e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobException(Ending.INTERRUPTED, "Cannot wait for the lock: interrupted.");
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
    Optional<JobException> lost = lost();
    if (lost.isPresent()) {
      beating.cancel(false);
      onLoss.accept(lost.get());
      return;
    }
    own = own.beat();
    try {
      file.write(own);
    } catch (IOException e) {
      LOG.warn("Cannot renew the lock {}: {}", file.path(), e.toString());
    }
  }

  /** Runs that ended without releasing the lock before this one took it. */
  public synchronized List<DeadRun> dead() {
    return own.dead();
  }

  /**
   * Makes sure that no other run may be writing.
   *
   * @throws JobException if the lock is not this run's any more
   */
  public void requireHeld() {
    lost()
        .ifPresent(
            lost -> {
              throw lost;
            });
  }

  /**
   * Why the run must stop; empty if it holds the lock. A file that cannot be read may be one that
   * this run could not write whole, and counts as its own.
   */
  public synchronized Optional<JobException> lost() {
    try {
      Optional<LockContent> found = file.read();
      if (found.isEmpty() && file.written().isEmpty()) {
        // Another run that took a newer lock for a dead one's puts it back at once.
        Thread.sleep(LOOK_AGAIN_MILLIS);
        found = file.read();
        if (found.isEmpty() && file.written().isEmpty()) {
          return Optional.of(lost("no file, which somebody has removed"));
        }
      }
      return found
          .filter(holder -> !holder.runId().equals(own.runId()))
          .map(
              holder ->
                  lost(
                      "that of run %s of process %s on %s, which took it since this one had not renewed it"
                          .formatted(holder.runId(), holder.pid(), holder.host())));
    } catch (IOException e) {
      LOG.warn("Cannot read the lock {}: {}", file.path(), e.toString());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private JobException lost(String found) {
    return new JobException(
        "Failed to keep the lock %s: found %s, expected that of run %s. Run the pipeline again: it goes on where it was."
            .formatted(file.path(), found, own.runId()));
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
