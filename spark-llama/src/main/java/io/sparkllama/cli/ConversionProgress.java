package io.sparkllama.cli;

import io.sparkllama.convert.ProgressListener;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A conversion's bar on standard error; nothing where that is no terminal. */
final class ConversionProgress implements ProgressListener, AutoCloseable {

  // The bar is told of every row, which is far more often than it is drawn.
  private static final long PERCENT = 100;

  private final Optional<ProgressBar> bar;

  private ConversionProgress(Optional<ProgressBar> bar) {
    this.bar = bar;
  }

  static ConversionProgress start() {
    return new ConversionProgress(
        Terminal.showsStandardError() ? Optional.of(bar()) : Optional.empty());
  }

  private static ProgressBar bar() {
    return new ProgressBarBuilder()
        .setTaskName("convert")
        .setInitialMax(PERCENT)
        .setStyle(ProgressBarStyle.ASCII)
        .build();
  }

  @Override
  public void advanced(long done, long total) {
    bar.ifPresent(shown -> shown.stepTo(done * PERCENT / total));
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
