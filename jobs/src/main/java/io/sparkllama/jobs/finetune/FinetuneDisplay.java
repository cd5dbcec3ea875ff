package io.sparkllama.jobs.finetune;

import io.sparkllama.finetune.Evaluation;
import io.sparkllama.finetune.FinetuneListener;
import io.sparkllama.finetune.FinetuneProgress;
import io.sparkllama.finetune.TrainingMemory;
import java.io.PrintStream;
import java.util.OptionalLong;

/** Says on standard error how far a run is: a line every few seconds. Never a text of a row. */
public final class FinetuneDisplay implements FinetuneListener {

  private static final long SECONDS = 10;

  private final PrintStream out = System.err;
  private long shown;

  @Override
  public void needs(TrainingMemory memory, OptionalLong available) {
    out.printf(
        "finetune: needs up to %s%s%n",
        memory,
        available.isPresent() ? ", found %,d MiB".formatted(available.getAsLong() >> 20) : "");
  }

  @Override
  public void begins(int step) {
    out.printf("finetune: begins behind step %,d%n", step);
    shown = System.nanoTime();
  }

  @Override
  public void stepped(FinetuneProgress progress) {
    long now = System.nanoTime();
    if (now - shown < SECONDS * 1_000_000_000) {
      return;
    }
    shown = now;
    double left =
        progress.elapsed().toSeconds() * (1 - progress.share()) / Math.max(1e-9, progress.share());
    out.printf(
        "finetune: step %,d, %.1f %%, loss %.4f, %,.0f tokens/s, about %.0f min left%n",
        progress.step(),
        100 * progress.share(),
        progress.loss(),
        progress.tokens() / Math.max(1e-3, progress.elapsed().toMillis() / 1e3),
        left / 60);
  }

  @Override
  public void evaluated(Evaluation now, Evaluation best) {
    out.printf(
        "finetune: held out behind step %,d: %s%s%n",
        now.step(), text(now), now.step() > 0 && now.equals(best) ? " (the best so far)" : "");
  }

  /** Such as {@code loss 0.4321, accuracy 76.5 %}. */
  public static String text(Evaluation evaluation) {
    String loss = "loss %.4f".formatted(evaluation.loss());
    return evaluation.accuracy().isPresent()
        ? "%s, accuracy %.1f %%".formatted(loss, 100 * evaluation.accuracy().getAsDouble())
        : loss;
  }
}
