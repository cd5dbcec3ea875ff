package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.Ending;
import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.Reasons;
import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.definition.Source;
import io.sparkllama.jobs.pipeline.state.Outcome;
import io.sparkllama.jobs.pipeline.state.RunLock;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.sql.classic.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run: from the rows of the source to a commit of the sink and a row in the table of runs. */
public final class PipelineRun {

  private static final Logger LOG = LoggerFactory.getLogger(PipelineRun.class);

  private final RunContext run;
  private final Set<RunOption> options;
  private final List<RunWatcher> watchers;
  private final RunFigures figures = new RunFigures();

  private PipelineRun(RunContext run, Set<RunOption> options, List<RunWatcher> watchers) {
    this.run = run;
    this.options = Set.copyOf(options);
    this.watchers = List.copyOf(watchers);
  }

  /**
   * Runs a pipeline.
   *
   * @param session whose confs stay as they are
   * @param watchers that are told of it, in order
   * @return the run's figures, which the table of runs has too
   * @throws JobException if it could not run; its {@link JobException#ending} is the exit code
   */
  public static RunRecord run(
      org.apache.spark.sql.SparkSession session,
      Pipeline pipeline,
      Set<RunOption> options,
      List<RunWatcher> watchers) {
    RunContext run = RunContext.of(PipelineSession.open(session, pipeline), pipeline);
    return new PipelineRun(run, options, watchers).recorded();
  }

  /**
   * Checks a pipeline and runs nothing.
   *
   * @throws JobException with every mistake and its line
   */
  public static CheckedPipeline check(
      org.apache.spark.sql.SparkSession session, Pipeline pipeline) {
    SparkSession own = PipelineSession.open(session, pipeline);
    return Prepared.of(RunContext.of(own, pipeline)).pipeline();
  }

  /**
   * Finds what a run would do, and asks and changes nothing.
   *
   * @throws JobException with every mistake and its line
   */
  public static PipelinePlan plan(
      org.apache.spark.sql.SparkSession session, Pipeline pipeline, Set<RunOption> options) {
    RunContext run = RunContext.of(PipelineSession.open(session, pipeline), pipeline);
    Prepared prepared = Prepared.of(run);
    try {
      return pipeline.source().reading() == Source.Reading.STREAM
          ? new StreamPlan(run, prepared).plan()
          : new TableRun(run, prepared, options).plan();
    } finally {
      run.work().remove();
    }
  }

  private RunRecord recorded() {
    try (Stop stop =
        Stop.watch(run.session(), run.runId(), "pipeline " + run.definition().name())) {
      RunRecord done = locked(stop);
      watchers.forEach(watcher -> watcher.recorded(done));
      return done;
    }
  }

  /** The lock is held until the row is written: one that stays tells of a run that was killed. */
  private RunRecord locked(Stop stop) {
    try (RunLock lock = lock(stop)) {
      LOG.info("Run {} of pipeline {}: {}", run.runId(), run.definition().name(), lock);
      return recorded(stop, lock);
    }
  }

  private RunRecord recorded(Stop stop, RunLock lock) {
    try {
      return record(new Outcome(run(stop, lock), ""));
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      stop.allow();
      stop.reason()
          .or(lock::lost)
          .ifPresent(
              reason -> {
                reason.addSuppressed(e);
                recordFailure(reason);
                throw reason;
              });
      recordFailure(e);
      throw e;
    }
  }

  /** A run that took the lock away may have found this one dead. */
  private void recordFailure(Exception failure) {
    try {
      if (!run.runs().has(run.runId())) {
        RunRecord failed = record(new Outcome(Ending.of(failure), Reasons.of(failure)));
        watchers.forEach(watcher -> watcher.recorded(failed));
      }
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      failure.addSuppressed(e);
    }
  }

  private RunRecord record(Outcome outcome) {
    RunRecord done = figures.record(run, outcome);
    run.runs().add(done);
    return done;
  }

  private Ending run(Stop stop, RunLock lock) {
    try (EngineCounts counts = EngineCounts.ofGroup(run.session(), run.runId(), limit(stop))) {
      new Recovery(run).recover(lock.dead());
      Prepared prepared = Prepared.of(run);
      figures.source(prepared.source().version());
      figures.pipeline(prepared.pipeline());
      tell(prepared, counts);
      deliver(prepared, new Delivery(run, prepared, figures, counts, watchers, lock));
      run.work().remove();
      return figures.incomplete() ? Ending.INCOMPLETE : Ending.DONE;
    }
  }

  /** What a watcher asks the model counts as asked by the run. */
  private void tell(Prepared prepared, EngineCounts counts) {
    try {
      watchers.forEach(watcher -> watcher.checked(run.session(), prepared.pipeline(), run.runId()));
    } finally {
      counts.settle();
      figures.answers(counts);
    }
  }

  private void deliver(Prepared prepared, Delivery delivery) {
    if (run.definition().source().reading() == Source.Reading.STREAM) {
      new StreamRun(run, prepared, delivery).run();
    } else {
      new TableRun(run, prepared, options).run(delivery);
    }
  }

  /** Of a run that another one keeps away nothing is written. */
  private RunLock lock(Stop stop) {
    AtomicBoolean told = new AtomicBoolean();
    return RunLock.take(
        run.state(),
        run.runId(),
        options.contains(RunOption.WAIT) ? RunLock.Patience.WAIT : RunLock.Patience.FAIL,
        stop::because,
        busy -> {
          stop.reason()
              .ifPresent(
                  reason -> {
                    throw reason;
                  });
          if (!told.getAndSet(true)) {
            System.err.println(busy);
          }
        });
  }

  private Consumer<EngineCounts> limit(Stop stop) {
    ErrorLimit limit = ErrorLimit.of(run.definition());
    return counts -> limit.reason(counts.errors(), counts.calls()).ifPresent(stop::because);
  }
}
