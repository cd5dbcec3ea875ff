package io.sparkllama.engine;

import io.sparkllama.runtime.Decoder;
import io.sparkllama.runtime.PackedPrefill;
import java.util.Optional;

/** The slots of one decoder, and the thread that keeps them busy with what an engine is asked. */
final class Lane {

  private final Decoder decoder;
  private final PassGuard guard;
  private final SlotTable slots;
  private final Thread thread;

  /**
   * @param slotCount how many the decoder has
   * @param options of the whole engine
   */
  Lane(
      Decoder decoder,
      int slotCount,
      EngineOptions options,
      JobQueue queue,
      AnswerEnd end,
      Counters counters) {
    this.decoder = decoder;
    this.guard = new PassGuard(decoder);
    this.slots = new SlotTable(decoder, slotCount, options.capacity());
    int chunk = options.prefillChunk();
    Prefill prefill = new Prefill(decoder, slots, counters, chunk);
    Optional<PackedPrefill> passes = decoder.packed();
    Optional<PackedAdmission> packed =
        passes.map(
            together ->
                new PackedAdmission(
                    together, prefill, slots, chunk, decoder.maxLogitsRows(), end, counters));
    LabelScorer scorer = new LabelScorer(decoder);
    Optional<BatchAdmission> batched =
        decoder
            .batched()
            .map(
                together ->
                    new BatchAdmission(
                        together,
                        slots,
                        chunk,
                        scorer,
                        new LabelSteps(decoder, slots),
                        end,
                        counters));
    Optional<GuessedStep> guessed =
        passes.map(together -> new GuessedStep(together, chunk, counters));
    Scheduler scheduler =
        new Scheduler(
            queue,
            slots,
            new Admission(decoder, prefill, scorer, packed, batched, end, counters, guard),
            new DecodeStep(decoder, slotCount, guessed, counters));
    this.thread = new Thread(scheduler, "spark-llama-engine");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  boolean alive() {
    return thread.isAlive();
  }

  /** To be called when a request has been cancelled; for any thread. */
  void cancelled() {
    guard.check();
  }

  /** Slots whose prompt is read or whose answer is written; for any thread. */
  int inUse() {
    return Math.min(slots.all().size(), slots.inUse() + guard.reading());
  }

  /** Tokens in all slots; for any thread. */
  long heldTokens() {
    return slots.heldTokens();
  }

  /** Lets the thread end, and the pass that it is in. */
  void stop() {
    thread.interrupt();
    decoder.interrupt();
  }

  /**
   * Waits for the thread, whatever comes between, and frees native memory: that may only go once
   * nothing uses it.
   *
   * @return whether the caller was interrupted meanwhile
   */
  boolean close() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    decoder.close();
    return interrupted;
  }
}
