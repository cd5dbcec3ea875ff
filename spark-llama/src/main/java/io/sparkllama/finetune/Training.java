package io.sparkllama.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkllama.convert.BaseModel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The steps of a run, with everything loaded. */
final class Training {

  private final FinetuneRequest request;
  private final FinetuneListener listener;
  private final WorkFolder work;
  private final BooleanSupplier stopped;
  private final Map<String, NDArray> weights;
  private final AdamW optimizer;
  private final TrainingStep steps;
  private final StepPlan plan;
  private final Optional<Evaluator> evaluator;
  private final Schedule schedule;
  private final long start;
  private TrainingState state;
  private FinetuneProgress progress;
  private int evaluations;

  Training(
      FinetuneRequest request,
      TrainingData data,
      FinetuneListener listener,
      WorkFolder work,
      BaseModel base,
      NDManager manager,
      BooleanSupplier stopped) {
    FinetuneOptions options = request.options();
    LoraWeights lora = LoraWeights.create(base.weights(), options, manager);
    Decoder decoder =
        new Decoder(base.weights().shape(), FrozenWeights.load(base.weights(), manager), lora);
    int prefix = data.sharedPrefix();
    List<Question> rows = data.train().stream().map(Question::about).toList();
    this.request = request;
    this.listener = listener;
    this.work = work;
    this.stopped = stopped;
    this.weights = lora.named();
    this.optimizer = new AdamW(weights, manager);
    this.steps = new TrainingStep(decoder, optimizer, manager, prefix);
    this.plan = new StepPlan(rows, prefix, options);
    this.evaluator =
        data.heldOut().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Evaluator(data, new Scoring(decoder, manager, prefix, options.passTokens())));
    this.schedule = Schedule.of(options, plan);
    String settings = Settings.identity(options, data, base.sha256());
    this.state =
        request.start() == FinetuneRequest.Start.RESUME
            ? TrainingState.read(work.state().orElseThrow(), settings, weights, optimizer)
            : TrainingState.start(settings);
    this.start = System.nanoTime() - state.elapsedMillis() * 1_000_000;
    this.progress = progress(Double.NaN, state.tokens());
    this.evaluations = schedule.evaluations(progress);
  }

  FinetuneResult run() {
    measureBase();
    listener.begins(state.step());
    while (!stopped.getAsBoolean() && schedule.share(progress) < 1) {
      List<List<List<Question>>> epoch = plan.epoch(state.epoch());
      for (int i = state.stepOfEpoch(); i < epoch.size() && goesOn(); i++) {
        step(epoch.get(i), i + 1 == epoch.size());
      }
    }
    return end();
  }

  private boolean goesOn() {
    return !stopped.getAsBoolean() && schedule.share(progress) < 1;
  }

  /** A step that was stopped in its middle has not been made. */
  private void step(List<List<Question>> passes, boolean lastOfEpoch) {
    Optional<TrainingStep.Done> done = steps.run(passes, schedule.learningRate(progress), stopped);
    if (done.isEmpty()) {
      return;
    }
    state =
        new TrainingState(
            state.settings(),
            lastOfEpoch ? state.epoch() + 1 : state.epoch(),
            lastOfEpoch ? 0 : state.stepOfEpoch() + 1,
            state.step() + 1,
            state.tokens() + done.get().tokens(),
            0,
            state.before(),
            state.best());
    progress = progress(done.get().loss(), state.tokens());
    listener.stepped(progress);
    if (schedule.evaluations(progress) > evaluations) {
      evaluations = schedule.evaluations(progress);
      measure();
      putState();
    }
  }

  /** What the base model does, to compare with. */
  private void measureBase() {
    if (state.before().isEmpty() && evaluator.isPresent()) {
      Optional<Evaluation> base = evaluator.get().at(0, stopped);
      state = withEvaluations(base, state.best());
      base.ifPresent(found -> listener.evaluated(found, found));
    }
  }

  /** Without held-out examples the last adapter is the best. */
  private void measure() {
    if (evaluator.isEmpty()) {
      putBest(Optional.empty());
      return;
    }
    Optional<Evaluation> now = evaluator.get().at(state.step(), stopped);
    if (now.isEmpty()) {
      return;
    }
    if (state.best().isEmpty() || now.get().loss() < state.best().get().loss()) {
      state = withEvaluations(state.before(), now);
      putBest(now);
    }
    listener.evaluated(now.get(), state.best().orElseThrow());
  }

  private void putBest(Optional<Evaluation> now) {
    work.putBest(
        state.step(),
        target ->
            new AdapterFolder(request)
                .write(target, LoraWeights.values(weights), progress, state.before(), now));
  }

  private void putState() {
    TrainingState now =
        new TrainingState(
            state.settings(),
            state.epoch(),
            state.stepOfEpoch(),
            state.step(),
            state.tokens(),
            elapsed().toMillis(),
            state.before(),
            state.best());
    work.putState(state.step(), target -> now.write(target, weights, optimizer));
  }

  private FinetuneResult end() {
    boolean done = schedule.share(progress) >= 1;
    if (done && !schedule.complete(evaluations)) {
      measure();
    }
    if (!done) {
      putState();
    }
    FinetuneResult result =
        new FinetuneResult(
            done ? FinetuneResult.Ending.DONE : FinetuneResult.Ending.STOPPED,
            progress,
            state.before(),
            state.best(),
            work.publish());
    if (done) {
      work.clear();
    }
    return result;
  }

  private TrainingState withEvaluations(Optional<Evaluation> before, Optional<Evaluation> best) {
    return new TrainingState(
        state.settings(),
        state.epoch(),
        state.stepOfEpoch(),
        state.step(),
        state.tokens(),
        state.elapsedMillis(),
        before,
        best);
  }

  private FinetuneProgress progress(double loss, long tokens) {
    FinetuneProgress raw = new FinetuneProgress(state.step(), 0, loss, tokens, elapsed());
    return new FinetuneProgress(
        state.step(), Math.min(1, schedule.share(raw)), loss, tokens, raw.elapsed());
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
