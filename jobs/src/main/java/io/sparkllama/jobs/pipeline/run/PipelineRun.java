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
    if (pipeline.source().reading() == Source.Reading.STREAM) {
      throw pipeline
          .places()
          .invalid(
              "source.stream",
              "Cannot plan a stream: what is new is known only when it is read. Run the pipeline.");
    }
    RunContext run = RunContext.of(PipelineSession.open(session, pipeline), pipeline);
    Prepared prepared = Prepared.of(run);
    try {
      Changes changes = new TableRun(run, prepared, options).changes();
      Answers.Questions questions =
          new Answers(prepared.pipeline(), run.results(), run.work()).questions(changes.todo());
      return new PipelinePlan(
          prepared.pipeline(),
          changes.counts(),
          questions.reused(),
          StepPlans.of(run.session(), prepared.pipeline(), questions.rows()));
    } finally {
      run.work().remove();
    }
  }

  private RunRecord recorded() {
    try (Stop stop =
        Stop.watch(run.session(), run.runId(), "pipeline " + run.definition().name())) {
      return recorded(stop);
    }
  }

  private RunRecord recorded(Stop stop) {
    RunRecord done;
    try {
      done = record(new Outcome(run(stop), ""));
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      stop.allow();
      stop.reason()
          .ifPresent(
              reason -> {
                reason.addSuppressed(e);
                recordFailure(reason);
                throw reason;
              });
      recordFailure(e);
      throw e;
    }
    watchers.forEach(watcher -> watcher.recorded(done));
    return done;
  }

  /** What went wrong first counts; of a run that another one keeps away nothing is written. */
  private void recordFailure(Exception failure) {
    if (Ending.of(failure) == Ending.BUSY) {
      return;
    }
    try {
      RunRecord failed = record(new Outcome(Ending.of(failure), Reasons.of(failure)));
      watchers.forEach(watcher -> watcher.recorded(failed));
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      failure.addSuppressed(e);
    }
  }

  private RunRecord record(Outcome outcome) {
    RunRecord done = figures.record(run, outcome);
    run.runs().add(done);
    return done;
  }

  private Ending run(Stop stop) {
    try (RunLock lock = lock(stop);
        EngineCounts counts = EngineCounts.start(run.session(), limit(stop))) {
      LOG.info("Run {} of pipeline {}: {}", run.runId(), run.definition().name(), lock);
      Prepared prepared = Prepared.of(run);
      figures.source(prepared.source().version());
      figures.pipeline(prepared.pipeline());
      new Recovery(run).recover();
      tell(prepared, counts);
      deliver(prepared, new Delivery(run, prepared, figures, counts, watchers));
      run.work().clear();
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

  private RunLock lock(Stop stop) {
    return RunLock.take(
        run.state(),
        run.runId(),
        options.contains(RunOption.WAIT) ? RunLock.Patience.WAIT : RunLock.Patience.FAIL,
        () ->
            stop.because(
                new JobException(
                    "Failed to keep the lock: another run took it, since this one had not renewed it. Run the pipeline again.")),
        System.err::println);
  }

  private Consumer<EngineCounts> limit(Stop stop) {
    ErrorLimit limit = ErrorLimit.of(run.definition());
    return counts -> limit.reason(counts.errors(), counts.calls()).ifPresent(stop::because);
  }
}
