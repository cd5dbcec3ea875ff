package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.pipeline.state.AnswerCounts;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.classic.SparkSession;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What the plan's nodes have counted so far in all tasks, those that failed later included as far
 * as their executors told. For any thread.
 */
public final class EngineCounts extends SparkListener implements AutoCloseable {

  /** Of the accumulator of rows that have been asked about. */
  static final String ROWS = "rows asked about";

  private static final String GROUP = "spark.jobGroup.id";
  private static final String REQUESTS = "requests";
  private static final String EQUAL = "deduplicated calls";
  private static final String CACHED = "answers from the result cache";
  private static final String ERRORS = "errors";
  private static final String PROMPT_TOKENS = "prompt tokens";
  private static final String GENERATED_TOKENS = "generated tokens";

  private final SparkSession session;
  private final Optional<String> group;
  private final Consumer<EngineCounts> onChange;
  private final Set<Integer> stages = ConcurrentHashMap.newKeySet();
  private final Map<String, ConcurrentMap<Counter, Long>> byTask =
      Map.of(
          ROWS, new ConcurrentHashMap<>(),
          REQUESTS, new ConcurrentHashMap<>(),
          EQUAL, new ConcurrentHashMap<>(),
          CACHED, new ConcurrentHashMap<>(),
          ERRORS, new ConcurrentHashMap<>(),
          PROMPT_TOKENS, new ConcurrentHashMap<>(),
          GENERATED_TOKENS, new ConcurrentHashMap<>());

  private record Counter(long task, long accumulator) {}

  private EngineCounts(
      SparkSession session, Optional<String> group, Consumer<EngineCounts> onChange) {
    this.session = session;
    this.group = group;
    this.onChange = onChange;
  }

  /**
   * Counts what runs from now on in the application.
   *
   * @param onChange is called on Spark's listener thread when numbers have come
   */
  public static EngineCounts start(SparkSession session, Consumer<EngineCounts> onChange) {
    return started(new EngineCounts(session, Optional.empty(), onChange));
  }

  /**
   * Counts what runs from now on in a group of jobs, beside which others may run.
   *
   * @param onChange is called on Spark's listener thread when numbers have come
   */
  static EngineCounts ofGroup(SparkSession session, String group, Consumer<EngineCounts> onChange) {
    return started(new EngineCounts(session, Optional.of(group), onChange));
  }

  private static EngineCounts started(EngineCounts counts) {
    counts.session.sparkContext().addSparkListener(counts);
    return counts;
  }

  /**
   * @param reused answers that were there
   * @param asked answers that were not
   */
  public AnswerCounts now(long reused, long asked) {
    return new AnswerCounts(
        reused, asked, sum(REQUESTS), sum(PROMPT_TOKENS), sum(GENERATED_TOKENS));
  }

  /** Calls that were made, however they were answered. */
  long calls() {
    return sum(REQUESTS) + sum(EQUAL) + sum(CACHED);
  }

  /** Calls that could not be answered. */
  long errors() {
    return sum(ERRORS);
  }

  /** How far the answers to some questions are, which are asked from now on. */
  RunProgress progress(Answers.Questions questions) {
    long before = sum(ROWS);
    return new RunProgress() {
      @Override
      public long rows() {
        return questions.count();
      }

      @Override
      public long done() {
        // A task that is run again counts its rows again.
        return Math.min(questions.count(), sum(ROWS) - before);
      }

      @Override
      public AnswerCounts answers() {
        return now(questions.reused(), questions.asked());
      }
    };
  }

  private long sum(String name) {
    return byTask.get(name).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    if (group.isPresent() && group.get().equals(start.properties().getProperty(GROUP))) {
      CollectionConverters.asJava(start.stageIds()).forEach(id -> stages.add((Integer) id));
    }
  }

  private boolean isCounted(int stage) {
    return group.isEmpty() || stages.contains(stage);
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates()).stream()
        .filter(task -> isCounted((Integer) task._2()))
        .forEach(
            task ->
                CollectionConverters.asJava(task._4())
                    .forEach(info -> add((Long) task._1(), info)));
    onChange.accept(this);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (isCounted(end.stageId())) {
      CollectionConverters.asJava(end.taskInfo().accumulables())
          .forEach(info -> add(end.taskInfo().taskId(), info));
      onChange.accept(this);
    }
  }

  /** A task has a number for each node of the plan; numbers only grow. */
  private void add(long task, AccumulableInfo info) {
    if (info.name().isDefined()
        && info.update().isDefined()
        && byTask.containsKey(info.name().get())) {
      byTask
          .get(info.name().get())
          .merge(
              new Counter(task, info.id()),
              Long.parseLong(info.update().get().toString()),
              Math::max);
    }
  }

  /** Waits until all that has ended has been counted. */
  void settle() {
    try {
      session.sparkContext().listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new JobException("Failed to count requests: Spark's listeners are behind.", e);
    }
  }

  /** Stops counting. */
  @Override
  public void close() {
    session.sparkContext().removeSparkListener(this);
  }
}
