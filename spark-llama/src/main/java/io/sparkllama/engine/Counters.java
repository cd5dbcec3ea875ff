package io.sparkllama.engine;

import java.util.concurrent.atomic.LongAdder;

/** Counts that the scheduler writes and any thread reads. */
final class Counters {

  private final LongAdder requests = new LongAdder();
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder reusedTokens = new LongAdder();
  private final LongAdder generatedTokens = new LongAdder();
  private final LongAdder decodeSteps = new LongAdder();
  private final LongAdder decodedRows = new LongAdder();
  private final LongAdder prefillNanos = new LongAdder();
  private final LongAdder decodeNanos = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder cancelled = new LongAdder();

  void request() {
    requests.increment();
  }

  void prompt(int tokens, int reused) {
    promptTokens.add(tokens);
    reusedTokens.add(reused);
  }

  void prefillTime(long nanos) {
    prefillNanos.add(nanos);
  }

  void decodeTime(long nanos) {
    decodeNanos.add(nanos);
  }

  void generated() {
    generatedTokens.increment();
  }

  void step(int rows) {
    decodeSteps.increment();
    decodedRows.add(rows);
  }

  void rejected() {
    rejected.increment();
  }

  void failed() {
    failed.increment();
  }

  void cancelled() {
    cancelled.increment();
  }

  EngineStats stats() {
    return new EngineStats(
        requests.sum(),
        promptTokens.sum(),
        reusedTokens.sum(),
        generatedTokens.sum(),
        decodeSteps.sum(),
        decodedRows.sum(),
        prefillNanos.sum(),
        decodeNanos.sum(),
        rejected.sum(),
        failed.sum(),
        cancelled.sum());
  }
}
