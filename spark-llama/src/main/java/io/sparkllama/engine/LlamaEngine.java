package io.sparkllama.engine;

import io.sparkllama.constraint.ConstraintCursor;
import io.sparkllama.constraint.Constraints;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.DecoderLane;
import io.sparkllama.runtime.Decoders;
import io.sparkllama.runtime.MemoryNeed;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;

/**
 * One model on one device; requests of any number of threads share its slots.
 *
 * <p>A future ends exceptionally with a {@link io.sparkllama.errors.LlamaException}; cancelling it
 * ends the pass that reads its prompt, or takes the row out of its slot at the next step.
 */
public final class LlamaEngine implements AutoCloseable {

  private final ModelPackage model;
  private final LlamaTokenizer tokenizer;
  private final RequestCheck check;
  private final Constraints constraints;
  private final JobQueue queue = new JobQueue();
  private final Counters counters = new Counters();
  private final EngineOptions options;
  private final List<Lane> lanes;
  private boolean closed;

  private LlamaEngine(
      ModelPackage model,
      LlamaTokenizer tokenizer,
      List<DecoderLane> decoders,
      EngineOptions options) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.options = options;
    this.check = new RequestCheck(model, options.capacity());
    this.constraints = new Constraints(model, tokenizer);
    AnswerEnd end = new AnswerEnd(tokenizer, Set.copyOf(model.controlTokens().stop()));
    this.lanes =
        decoders.stream()
            .map(lane -> new Lane(lane.decoder(), lane.slots(), options, queue, end, counters))
            .toList();
  }

  /**
   * Loads the weights, allocates the slots and starts the engine's threads.
   *
   * @throws io.sparkllama.errors.EngineException when the model does not fit or run here
   */
  public static LlamaEngine open(ModelPackage model, EngineOptions options) {
    EngineOptions resolved = withSlots(model, options.resolve(model.architecture()));
    LlamaTokenizer tokenizer = LlamaTokenizer.open(model);
    try {
      List<DecoderLane> decoders = Decoders.lanes(model, resolved.decoderOptions());
      LlamaEngine engine = new LlamaEngine(model, tokenizer, decoders, resolved);
      engine.lanes.forEach(Lane::start);
      return engine;
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static EngineOptions withSlots(ModelPackage model, EngineOptions options) {
    return options.slots() == 0
        ? options.withSlots(Decoders.slots(model, options.decoderOptions()))
        : options;
  }

  public CompletableFuture<Generation> generate(GenerationRequest request) {
    return generate(request, token -> {});
  }

  /**
   * Tells the tokens while they are chosen.
   *
   * @param listener is given each token, the stop id included, in order and before the future
   *     completes; called by a thread of the engine, which waits for it, so it has to return soon.
   *     Its failure ends the request
   */
  public CompletableFuture<Generation> generate(GenerationRequest request, IntConsumer listener) {
    CompletableFuture<Generation> future = new CompletableFuture<>();
    try {
      check.require(request);
      Optional<ConstraintCursor> cursor =
          request.constraint().map(constraint -> constraints.begin(constraint, room(request)));
      submit(new Job.Generate(request, cursor, listener, future));
    } catch (RequestException e) {
      counters.rejected();
      future.completeExceptionally(e);
    }
    return future;
  }

  /** Tokens that an answer may have: the last one needs no position in the slot. */
  private int room(GenerationRequest request) {
    return Math.min(request.maxTokens(), check.capacity() - request.prompt().length() + 1);
  }

  public CompletableFuture<LabelScores> score(ScoreRequest request) {
    CompletableFuture<LabelScores> future = new CompletableFuture<>();
    try {
      check.require(request);
      submit(new Job.Score(request, future));
    } catch (RequestException e) {
      counters.rejected();
      future.completeExceptionally(e);
    }
    return future;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // tells the guard, whatever comes of it
  private void submit(Job job) {
    job.future()
        .whenComplete(
            (value, failure) -> {
              if (job.future().isCancelled()) {
                counters.cancelled();
                lanes.forEach(Lane::cancelled);
              } else if (failure != null) {
                counters.failed();
              }
            });
    queue.submit(job);
  }

  public ModelPackage model() {
    return model;
  }

  public LlamaTokenizer tokenizer() {
    return tokenizer;
  }

  /** Most tokens of prompt and answer together that a request may have. */
  public int capacity() {
    return check.capacity();
  }

  /** Where it computes. */
  public ComputeDevice device() {
    return options.device();
  }

  /** Native memory that it takes when all slots are full; on a GPU the GPU's. */
  public MemoryNeed memory() {
    return MemoryNeed.of(model, options.decoderOptions());
  }

  public EngineStats stats() {
    return counters.stats();
  }

  /** What it does now. */
  public EngineLoad load() {
    return new EngineLoad(
        options.slots(),
        lanes.stream().mapToInt(Lane::inUse).sum(),
        queue.size(),
        options.capacity(),
        lanes.stream().mapToLong(Lane::heldTokens).sum());
  }

  /** Whether requests are answered: it has not been closed, and no thread of it has ended. */
  public boolean alive() {
    return lanes.stream().allMatch(Lane::alive);
  }

  /** Ends open requests with an error and frees native memory; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    lanes.forEach(Lane::stop);
    boolean interrupted = false;
    for (Lane lane : lanes) {
      interrupted |= lane.close();
    }
    tokenizer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
