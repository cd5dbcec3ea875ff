package io.sparkllama.finetune;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a run ended.
 *
 * @param ending why
 * @param last where it was
 * @param before what the held-out examples said of the base model; empty without such examples
 * @param best what they said of the adapter that was kept
 * @param adapter folder of the adapter; empty where a run was stopped before one was measured
 */
public record FinetuneResult(
    Ending ending,
    FinetuneProgress last,
    Optional<Evaluation> before,
    Optional<Evaluation> best,
    Optional<Path> adapter) {

  /** Why a run ended. */
  public enum Ending {
    DONE,
    /** Somebody asked for it. */
    STOPPED
  }
}
