package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.JobException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.classic.SparkSession;

/** Ends the jobs of a run early, and remembers why. For any thread. */
final class Stop implements AutoCloseable {

  /** Before Spark's own hook, which has 50 and closes the context. */
  private static final int PRIORITY = 60;

  private static final int MOST_SECONDS = 20;

  private final SparkSession session;
  private final String group;
  private final AtomicReference<JobException> reason = new AtomicReference<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::onSignal, "spark-llama-stop");

  private Stop(SparkSession session, String group) {
    this.session = session;
    this.group = group;
  }

  /** From now on jobs of this thread can be stopped, also by a signal to the process. */
  static Stop watch(SparkSession session, String group, String description) {
    Stop stop = new Stop(session, group);
    session.sparkContext().setJobGroup(group, description, true);
    ShutdownHookManager.get().addShutdownHook(stop.hook, PRIORITY);
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

  /** The journal keeps what has come; the run writes its row and releases its lock. */
  private void onSignal() {
    because(
        new JobException(
            Ending.INTERRUPTED,
            "Stopped by a signal. Run the pipeline again: it goes on where it was."));
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
    ended.countDown();
    session.sparkContext().clearJobGroup();
    ShutdownHookManager hooks = ShutdownHookManager.get();
    if (!hooks.isShutdownInProgress()) {
      hooks.removeShutdownHook(hook);
    }
  }
}
