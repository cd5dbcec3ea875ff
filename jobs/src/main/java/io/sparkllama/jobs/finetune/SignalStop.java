package io.sparkllama.jobs.finetune;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.util.SignalUtils;

/** Lets a run end in order before a signal ends the process. */
public final class SignalStop {

  private static final AtomicReference<SignalStop> RUNNING = new AtomicReference<>();
  private static final int MOST_SECONDS = 60;

  static {
    for (String signal : List.of("TERM", "INT", "HUP")) {
      SignalUtils.register(signal, SignalStop::onSignal);
    }
  }

  private final Runnable stop;
  private final CountDownLatch ended = new CountDownLatch(1);

  private SignalStop(Runnable stop) {
    this.stop = stop;
  }

  /**
   * From now on a signal is answered by stopping.
   *
   * @param stop asks the run to end
   */
  public static SignalStop by(Runnable stop) {
    SignalStop running = new SignalStop(stop);
    RUNNING.set(running);
    return running;
  }

  /**
   * @return that the signal is to do what it does without this
   */
  private static Object onSignal() {
    Optional.ofNullable(RUNNING.get()).ifPresent(SignalStop::await);
    return false;
  }

  private void await() {
    System.err.println("finetune: stops; a second signal ends it at once");
    stop.run();
    try {
      if (!ended.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("finetune: did not end in time; go on with --resume");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The run has ended, and what it had to say is said. */
  public void close() {
    RUNNING.set(null);
    ended.countDown();
  }
}
