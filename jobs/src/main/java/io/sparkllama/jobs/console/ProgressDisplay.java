package io.sparkllama.jobs.console;

import io.sparkllama.cli.Terminal;
import io.sparkllama.jobs.pipeline.run.RunProgress;
import io.sparkllama.jobs.pipeline.run.RunWatcher;
import io.sparkllama.jobs.pipeline.state.AnswerCounts;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows how far a run is, on standard error: as a bar where somebody watches, else as a line every
 * half minute. Never a text of a row.
 */
public final class ProgressDisplay implements RunWatcher {

  private static final long BAR_SECONDS = 1;
  private static final long LINE_SECONDS = 30;

  private final String name;
  private final PrintStream out;
  private Optional<ProgressBar> bar = Optional.empty();
  private Optional<ScheduledExecutorService> timer = Optional.empty();
  private Future<?> shown = CompletableFuture.completedFuture(null);

  /**
   * @param name of what is going on
   */
  public ProgressDisplay(String name) {
    this.name = name;
    this.out = System.err;
  }

  @Override
  public void asking(RunProgress progress) {
    if (progress.rows() == 0) {
      return;
    }
    long start = System.nanoTime();
    boolean watched = Terminal.showsStandardError();
    bar = watched ? Optional.of(bar(progress.rows())) : Optional.empty();
    long pause = watched ? BAR_SECONDS : LINE_SECONDS;
    ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor(this::thread);
    timer = Optional.of(ticks);
    shown = ticks.scheduleAtFixedRate(() -> show(progress, start), pause, pause, TimeUnit.SECONDS);
  }

  private Thread thread(Runnable ticks) {
    Thread thread = new Thread(ticks, "spark-llama-progress");
    thread.setDaemon(true);
    return thread;
  }

  private ProgressBar bar(long rows) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(rows)
        .setStyle(ProgressBarStyle.ASCII)
        .setUnit(" rows", 1)
        .build();
  }

  private void show(RunProgress progress, long start) {
    AnswerCounts answers = progress.answers();
    ProgressLine line =
        new ProgressLine(
            name,
            progress.rows(),
            progress.done(),
            answers.promptTokens() + answers.generatedTokens(),
            (System.nanoTime() - start) / 1e9);
    bar.ifPresentOrElse(
        visible ->
            visible
                .stepTo(line.done())
                .setExtraMessage("%,.0f tokens/s".formatted(line.tokensPerSecond())),
        () -> out.println(line));
  }

  @Override
  public void asked() {
    shown.cancel(true);
    timer.ifPresent(ScheduledExecutorService::shutdownNow);
    bar.ifPresent(ProgressBar::close);
    timer = Optional.empty();
    bar = Optional.empty();
  }
}
