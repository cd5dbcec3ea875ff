import io.sparkllama.engine.EngineLoad;
import io.sparkllama.spark.engine.EngineState;
import io.sparkllama.spark.engine.Engines;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Kills Spark jobs at random moments, while long prompts are read and answers written, and prints
 * how long it took until no slot was in use and no request waited.
 *
 * <p>Run by ci/soak.sh kill: {@code java ... KillTimes.java MODEL ROUNDS}
 */
public final class KillTimes {

  private static final String QUERY =
      "SELECT sum(length(llama_generate(concat(id, repeat(' word', %d)), %d)))"
          + " FROM range(0, 1000, 1, 2)";

  private enum Kill {
    JOB_GROUP_WITH_INTERRUPT,
    JOB_GROUP,
    STAGE;

    void run(SparkContext spark) {
      if (this == STAGE) {
        for (int stage : spark.statusTracker().getActiveStageIds()) {
          spark.cancelStage(stage);
        }
      } else {
        spark.cancelJobGroup("killed");
      }
    }
  }

  public static void main(String[] args) throws InterruptedException {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.llama.model", args[0])
            .config("spark.llama.slots", "2")
            .config("spark.llama.capacity", "2048")
            .config("spark.llama.prefillChunk", "2048")
            .getOrCreate();
    session.sql("SELECT llama_generate('hello', 1)").collect();
    Random random = new Random(1);
    for (Kill kill : Kill.values()) {
      print(kill, "a prompt of 1,800 tokens is read", session, args[1], random, 1800, 10);
      print(kill, "an answer is written", session, args[1], random, 10, 1800);
    }
    session.stop();
  }

  private static void print(
      Kill kill, String what, SparkSession session, String rounds, Random random, int read, int write)
      throws InterruptedException {
    double slowest = 0;
    for (int round = 0; round < Integer.parseInt(rounds); round++) {
      slowest = Math.max(slowest, seconds(kill, session, QUERY.formatted(read, write), random));
    }
    System.out.printf(
        "%s, while %s: slots are free after at most %.2f s%n",
        kill.name().toLowerCase().replace('_', ' '), what, slowest);
  }

  private static double seconds(Kill kill, SparkSession session, String query, Random random)
      throws InterruptedException {
    SparkContext spark = session.sparkContext();
    FutureTask<Object> job =
        new FutureTask<>(
            () -> {
              spark.setJobGroup("killed", "a long work", kill == Kill.JOB_GROUP_WITH_INTERRUPT);
              return session.sql(query).collect();
            });
    new Thread(job).start();
    while (inWork() == 0) {
      Thread.sleep(10);
    }
    Thread.sleep(random.nextInt(4000));
    long start = System.nanoTime();
    kill.run(spark);
    while (inWork() > 0) {
      Thread.sleep(1);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    requireKilled(job);
    return seconds;
  }

  private static void requireKilled(FutureTask<Object> job) throws InterruptedException {
    try {
      job.get();
      throw new IllegalStateException("a job went on that was killed");
    } catch (ExecutionException e) {
      // As it should be.
    }
  }

  private static int inWork() {
    int rows = 0;
    for (EngineState engine : Engines.shared().states()) {
      EngineLoad load = engine.load();
      rows += load.slotsInUse() + load.waiting();
    }
    return rows;
  }
}
