package io.sparkllama.spark.settings;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.Decoders;
import io.sparkllama.task.LongText;
import io.sparkllama.task.PromptOrder;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * The confs of a session as a plan carries them.
 *
 * @param model path or URI of the model package
 * @param engine the size of an engine
 * @param batchSize most rows of a task in flight; 0 for four times the slots
 * @param onError what a row that cannot be answered does
 * @param longText what happens to texts that do not fit; empty for the function's own default
 * @param promptOrder what prompts begin with
 * @param device what engines run on
 * @param cacheFolder where remote models are copied; empty for the default
 */
public record LlamaSettings(
    String model,
    EngineOptions engine,
    int batchSize,
    OnError onError,
    LongText longText,
    PromptOrder promptOrder,
    DeviceSettings device,
    String cacheFolder)
    implements Serializable {

  private static final int ROWS_PER_SLOT = 4;

  /** What a row does that cannot be answered. */
  public enum OnError {
    /** Fails the query. */
    FAIL,
    /** Becomes NULL. */
    NULL
  }

  /** As the driver can tell: with {@code auto} a task may find a GPU, and take more. */
  public int plannedRowsInFlight() {
    return rowsInFlight(
        device.choice() == DeviceChoice.CUDA ? device.gpus(List.of(0)) : ComputeDevice.CPU);
  }

  /**
   * Most rows of a task in flight: by default enough that one task alone fills the slots, while the
   * rows behind them wait to be read in shared passes.
   *
   * @param where the engine computes
   */
  public int rowsInFlight(ComputeDevice where) {
    int slots = engine.slots() == 0 ? Decoders.mostSlots(where) : engine.slots();
    return batchSize == 0 ? ROWS_PER_SLOT * slots : batchSize;
  }

  public Optional<LongText> longTextPolicy() {
    return Optional.ofNullable(longText);
  }
}
