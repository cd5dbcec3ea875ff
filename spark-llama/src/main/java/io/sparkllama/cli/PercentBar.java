package io.sparkllama.cli;

import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error; nothing where that is no terminal. */
final class PercentBar implements AutoCloseable {

  // The bar is told of every row or block, which is far more often than it is drawn.
  private static final long PERCENT = 100;

  private final Optional<ProgressBar> bar;

  private PercentBar(Optional<ProgressBar> bar) {
    this.bar = bar;
  }

  static PercentBar start(String task) {
    return new PercentBar(
        Terminal.showsStandardError() ? Optional.of(bar(task)) : Optional.empty());
  }

  private static ProgressBar bar(String task) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(PERCENT)
        .setStyle(ProgressBarStyle.ASCII)
        .build();
  }

  void advanced(long done, long total) {
    bar.ifPresent(shown -> shown.stepTo(done * PERCENT / Math.max(total, 1)));
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
