package io.sparkllama.engine;

import io.sparkllama.constraint.ConstraintCursor;
import io.sparkllama.runtime.Logits;
import java.util.stream.IntStream;

/** Chooses the next token of one row. */
sealed interface TokenChooser
    permits TokenChooser.Greedy,
        TokenChooser.ConstrainedGreedy,
        TokenChooser.ConstrainedSampler,
        Sampler {

  int choose(Logits logits, int row);

  static TokenChooser of(Job.Generate job) {
    GenerationRequest request = job.request();
    Sampling sampling = request.sampling();
    if (sampling.greedy() && sampling.repetitionPenalty() == 1) {
      return job.cursor().<TokenChooser>map(ConstrainedGreedy::new).orElseGet(Greedy::new);
    }
    Sampler sampler = new Sampler(sampling, request.prompt());
    return job.cursor()
        .<TokenChooser>map(cursor -> new ConstrainedSampler(cursor, sampler))
        .orElse(sampler);
  }

  /** The most likely token. */
  record Greedy() implements TokenChooser {
    @Override
    public int choose(Logits logits, int row) {
      return logits.argmax(row);
    }
  }

  /** The most likely token of those that a constraint allows; mostly the most likely of all. */
  record ConstrainedGreedy(ConstraintCursor cursor) implements TokenChooser {
    @Override
    public int choose(Logits logits, int row) {
      int most = logits.argmax(row);
      int token = cursor.allows(most) ? most : likeliest(logits, row);
      cursor.accept(token);
      return token;
    }

    /** The first that is allowed of those that a device tells is the best of all. */
    private int likeliest(Logits logits, int row) {
      return logits.likeliest(row).stream()
          .flatMapToInt(told -> IntStream.range(0, told.count()).map(told::token))
          .filter(cursor::allows)
          .findFirst()
          .orElseGet(() -> cursor.best(logits.row(row)));
    }
  }

  /** Draws one of the tokens that a constraint allows. */
  record ConstrainedSampler(ConstraintCursor cursor, Sampler sampler) implements TokenChooser {
    @Override
    public int choose(Logits logits, int row) {
      float[] scores = logits.row(row);
      cursor.keepAllowed(scores);
      int token = sampler.choose(scores);
      cursor.accept(token);
      return token;
    }
  }
}
