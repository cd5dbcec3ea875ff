package io.sparkllama.finetune;

import java.util.OptionalLong;

/** Told of a run, in its thread. */
public interface FinetuneListener {

  /** Before anything is loaded; the bytes that the process can have, where the system tells. */
  default void needs(TrainingMemory memory, OptionalLong available) {}

  /** Training begins, or goes on, behind some steps. */
  default void begins(int step) {}

  /** After each step. */
  default void stepped(FinetuneProgress progress) {}

  /** After the held-out examples were measured; the best so far may be this one. */
  default void evaluated(Evaluation now, Evaluation best) {}
}
