package io.sparkllama.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.engine.EngineLoad;
import io.sparkllama.spark.engine.EngineState;
import io.sparkllama.spark.engine.Engines;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of a killed task leave the engine, also while the task waits for their answers. */
@Timeout(60)
class KilledTasksTest {

  private static final int TASKS = 4;

  private static final String LONG_WORK =
      "SELECT sum(length(llama_generate(concat(text, ' of many words'), 500))) FROM posts";

  private final SparkContext spark = TestSession.get().sparkContext();

  @BeforeEach
  void idle() throws InterruptedException {
    TestSession.posts(4000, TASKS);
    await(() -> inWork() == 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cancellingAJobGroupFreesTheSlots(boolean interruptsThreads) throws InterruptedException {
    FutureTask<List<Row>> query = start(interruptsThreads);
    spark.cancelJobGroup("killed");
    assertFreed(query);
  }

  /** One group, and a task that waits for a part before it reads on. */
  @Test
  void cancellingAJobGroupFreesTheSlotsOfAGroupOfRows() {
    TestSession.with(
        "spark.llama.batchSize",
        "1",
        () -> {
          FutureTask<List<Row>> query =
              start("SELECT llama_agg(text, 'Tell a story.', max_tokens => 500) FROM posts", false);
          await(() -> inWork() > 0);
          spark.cancelJobGroup("killed");
          assertFreed(query);
          return null;
        });
  }

  @Test
  void cancellingAStageFreesTheSlots() throws InterruptedException {
    FutureTask<List<Row>> query = start(false);
    for (int stage : spark.statusTracker().getActiveStageIds()) {
      spark.cancelStage(stage);
    }
    assertFreed(query);
  }

  @Test
  void killingATaskFreesItsSlots() throws InterruptedException {
    TestSession.posts(4000, 1);
    FutureTask<List<Row>> query = start(false);
    long stage = spark.statusTracker().getActiveStageIds()[0];
    long task = spark.statusStore().taskList((int) stage, 0, 10).head().taskId();
    assertThat(spark.killTaskAttempt(task, false, "a test")).isTrue();
    // Spark starts a killed task again.
    await(() -> inWork() == 0);
    spark.cancelJobGroup("killed");
    assertThatThrownBy(query::get).hasMessageContaining("cancelled");
  }

  private FutureTask<List<Row>> start(boolean interruptsThreads) throws InterruptedException {
    FutureTask<List<Row>> query = start(LONG_WORK, interruptsThreads);
    await(() -> loads().stream().anyMatch(load -> load.slotsInUse() == load.slots()));
    return query;
  }

  private FutureTask<List<Row>> start(String work, boolean interruptsThreads) {
    FutureTask<List<Row>> query =
        new FutureTask<>(
            () -> {
              spark.setJobGroup("killed", "a long work", interruptsThreads);
              return TestSession.sql(work);
            });
    new Thread(query).start();
    return query;
  }

  private static void assertFreed(FutureTask<List<Row>> query) throws InterruptedException {
    assertThatThrownBy(query::get).hasMessageContaining("cancelled");
    await(() -> inWork() == 0);
    long requests =
        TestSession.requests(() -> TestSession.sql("SELECT llama_sentiment('the next one')"));
    // A task may have been about to hand over one more row.
    assertThat(requests).isBetween(1L, 1L + TASKS);
  }

  private static long inWork() {
    return loads().stream().mapToLong(load -> load.slotsInUse() + load.waiting()).sum();
  }

  private static List<EngineLoad> loads() {
    return Engines.shared().states().stream().map(EngineState::load).toList();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(1);
    }
  }
}
