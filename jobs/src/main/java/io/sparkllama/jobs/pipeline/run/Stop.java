package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.JobException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.util.SignalUtils;

/** Ends the jobs of a run early, and remembers why. For any thread. */
final class Stop implements AutoCloseable {

  private static final Set<Stop> RUNNING = ConcurrentHashMap.newKeySet();

  private static final int MOST_SECONDS = 20;

  private final SparkSession session;
  private final String group;
  private final AtomicReference<JobException> reason = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  // Not as a hook of the process's end: by then engines close, and a task that fails of it leaves
  // its
  // core taken, so that no job could write down how the run ended.
  static {
    for (String signal : List.of("TERM", "INT", "HUP")) {
      SignalUtils.register(signal, Stop::onSignal);
    }
  }

  private Stop(SparkSession session, String group) {
    this.session = session;
    this.group = group;
  }

  /** From now on jobs of this thread can be stopped, also by a signal to the process. */
  static Stop watch(SparkSession session, String group, String description) {
    Stop stop = new Stop(session, group);
    session.sparkContext().setJobGroup(group, description, true);
    RUNNING.add(stop);
    return stop;
  }

  /** The first reason counts. */
  void because(JobException why) {
    if (reason.compareAndSet(null, why)) {
      session.sparkContext().cancelJobGroupAndFutureJobs(group);
    }
  }

  /** Lets this thread run jobs again, to write down how the run ended. */
  void allow() {
    session.sparkContext().clearJobGroup();
  }

  Optional<JobException> reason() {
    return Optional.ofNullable(reason.get());
  }

  /**
   * Lets runs end before the process does. A second signal ends it at once.
   *
   * @return that the signal is to do what it does without this
   */
  private static Object onSignal() {
    RUNNING.forEach(Stop::stopped);
    RUNNING.forEach(Stop::await);
    return false;
  }

  /** The journal keeps what has come; the run writes its row and releases its lock. */
  private void stopped() {
    because(
        new JobException(
            Ending.INTERRUPTED,
            "Stopped by a signal. Run the pipeline again: it goes on where it was."));
  }

  private void await() {
    try {
      if (!ended.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("The run did not end in time; its lock expires by itself.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    RUNNING.remove(this);
    ended.countDown();
    session.sparkContext().clearJobGroup();
  }
}
