package io.sparkllama.engine;

import io.sparkllama.constraint.ConstraintCursor;
import io.sparkllama.constraint.Constraints;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.Decoders;
import io.sparkllama.runtime.MemoryNeed;
import io.sparkllama.runtime.PackedPrefill;
import io.sparkllama.tokenizer.LlamaTokenizer;
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
  private final Decoder decoder;
  private final RequestCheck check;
  private final Constraints constraints;
  private final PassGuard guard;
  private final SlotTable slots;
  private final Scheduler scheduler;
  private final Counters counters;
  private final EngineOptions options;
  private final Thread thread;
  private boolean closed;

  private LlamaEngine(
      ModelPackage model, LlamaTokenizer tokenizer, Decoder decoder, EngineOptions options) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.decoder = decoder;
    this.counters = new Counters();
    this.options = options;
    this.check = new RequestCheck(model, options.capacity());
    this.constraints = new Constraints(model, tokenizer);
    this.guard = new PassGuard(decoder);
    this.slots = new SlotTable(decoder, options.slots(), options.capacity());
    this.scheduler = scheduler();
    this.thread = new Thread(scheduler, "spark-llama-engine");
    thread.setDaemon(true);
  }

  private Scheduler scheduler() {
    Prefill prefill = new Prefill(decoder, slots, counters, options.prefillChunk());
    AnswerEnd end = new AnswerEnd(tokenizer, Set.copyOf(model.controlTokens().stop()));
    Optional<PackedPrefill> passes = decoder.packed();
    Optional<PackedAdmission> packed =
        passes.map(
            together ->
                new PackedAdmission(
                    together,
                    prefill,
                    slots,
                    options.prefillChunk(),
                    decoder.maxLogitsRows(),
                    end,
                    counters));
    Optional<GuessedStep> guessed =
        passes.map(together -> new GuessedStep(together, options.prefillChunk(), counters));
    return new Scheduler(
        slots,
        new Admission(decoder, prefill, packed, end, counters, guard),
        new DecodeStep(decoder, options.slots(), guessed, counters));
  }

  /**
   * Loads the weights, allocates the slots and starts the engine's thread.
   *
   * @throws io.sparkllama.errors.EngineException when the model does not fit or run here
   */
  public static LlamaEngine open(ModelPackage model, EngineOptions options) {
    EngineOptions resolved = options.resolve(model.architecture());
    LlamaTokenizer tokenizer = LlamaTokenizer.open(model);
    try {
      Decoder decoder = Decoders.open(model, resolved.decoderOptions());
      LlamaEngine engine = new LlamaEngine(model, tokenizer, decoder, resolved);
      engine.thread.start();
      return engine;
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  public CompletableFuture<Generation> generate(GenerationRequest request) {
    return generate(request, token -> {});
  }

  /**
   * Tells the tokens while they are chosen.
   *
   * @param listener is given each token, the stop id included, in order and before the future
   *     completes; called by the engine's thread, which waits for it, so it has to return soon. Its
   *     failure ends the request
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
                guard.check();
              } else if (failure != null) {
                counters.failed();
              }
            });
    scheduler.submit(job);
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

  /** Native memory that it takes when all slots are full. */
  public MemoryNeed memory() {
    return MemoryNeed.of(model, options.decoderOptions());
  }

  public EngineStats stats() {
    return counters.stats();
  }

  /** What it does now. */
  public EngineLoad load() {
    int inUse = Math.min(options.slots(), slots.inUse() + guard.reading());
    return new EngineLoad(
        options.slots(), inUse, scheduler.waiting(), options.capacity(), slots.heldTokens());
  }

  /** Whether requests are answered: it has not been closed, and its thread has not ended. */
  public boolean alive() {
    return thread.isAlive();
  }

  /** Ends open requests with an error and frees native memory; a second call does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    thread.interrupt();
    decoder.interrupt();
    boolean interrupted = joinThread();
    decoder.close();
    tokenizer.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Native memory may only go once the thread that uses it has ended, whatever comes between. */
  private boolean joinThread() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    return interrupted;
  }
}
