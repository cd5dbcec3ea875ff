package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads ask, cancel at random and ask what is refused; every other answer is right. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class StressTest {

  private static final int KINDS = 40;
  private static final int THREADS = 8;
  private static final List<Tokens> LABELS = List.of(Tokens.of(7, 8, 9), Tokens.of(7, 5));

  @Test
  void answersAreRightAmongCancelsAndFailures() throws Exception {
    EngineOptions options = EngineOptions.DEFAULTS.withCapacity(600);
    try (LlamaEngine engine =
        LlamaEngine.open(ModelPackages.open(Fixtures.genaiFp32()), options.withSlots(5))) {
      List<Object> expected =
          IntStream.range(0, KINDS).<Object>mapToObj(kind -> ask(engine, kind).join()).toList();
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<Integer>> answered = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Random random = new Random(thread);
        answered.add(threads.submit(() -> askAtRandom(engine, random, expected)));
      }
      for (Future<Integer> count : answered) {
        assertThat(count.get()).isPositive();
      }
      threads.shutdown();
    }
  }

  /** Returns how many answers were compared. */
  private static int askAtRandom(LlamaEngine engine, Random random, List<Object> expected) {
    int compared = 0;
    for (int round = 0; round < 15; round++) {
      List<Integer> kinds = random.ints(12, 0, KINDS).boxed().toList();
      List<CompletableFuture<?>> answers = new ArrayList<>();
      kinds.forEach(kind -> answers.add(ask(engine, kind)));
      assertThatThrownBy(engine.generate(GenerationRequest.greedy(Tokens.of(1), 0))::join)
          .hasCauseInstanceOf(RequestException.class);
      for (int i = 0; i < kinds.size(); i++) {
        if (random.nextInt(3) == 0) {
          pause(random.nextInt(4));
          answers.get(random.nextInt(answers.size())).cancel(true);
        }
        if (!answers.get(i).isCancelled()) {
          assertThat((Object) answers.get(i).join())
              .usingRecursiveComparison()
              .ignoringFields("reusedTokens")
              .isEqualTo(expected.get(kinds.get(i)));
          compared++;
        }
      }
    }
    return compared;
  }

  /** Scores and answers, short and long, that begin alike or not. */
  private static CompletableFuture<?> ask(LlamaEngine engine, int kind) {
    int length = kind % 5 == 0 ? 300 + kind : 3 + kind % 17;
    Tokens prompt =
        Tokens.of(IntStream.range(0, length).map(i -> 300 + i * (kind % 3 + 1) % 900).toArray());
    Tokens own = prompt.concat(Tokens.of(400 + kind));
    return kind % 2 == 0
        ? engine.score(new ScoreRequest(own, LABELS))
        : engine.generate(GenerationRequest.greedy(own, 2 + kind % 9));
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
