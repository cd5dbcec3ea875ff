package io.sparkllama.finetune;

import ai.djl.ndarray.NDManager;
import io.sparkllama.convert.BaseModel;
import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.Manifest;
import io.sparkllama.runtime.ProcessMemory;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Trains a LoRA adapter for a package from the checkpoint that it was made of, in 32 bits, with
 * PyTorch's native library. One run; {@link #stop} may be called by any thread.
 */
public final class Finetuning {

  private final FinetuneRequest request;
  private final TrainingData data;
  private final FinetuneListener listener;
  private final OptionalLong available;
  private volatile boolean stopped;

  /**
   * A run that has not begun.
   *
   * @param data examples in an order that does not change from one run to the next
   */
  public Finetuning(FinetuneRequest request, TrainingData data, FinetuneListener listener) {
    this(request, data, listener, ProcessMemory.available());
  }

  /**
   * @param available bytes that the process can have
   */
  Finetuning(
      FinetuneRequest request,
      TrainingData data,
      FinetuneListener listener,
      OptionalLong available) {
    this.request = request;
    this.data = data;
    this.listener = listener;
    this.available = available;
  }

  /**
   * Trains until the run's length is reached or it is stopped, and writes the adapter: a folder
   * with {@code adapter_config.json}, {@code adapter_model.safetensors}, the {@code .onnx_adapter}
   * of the folder's name, and {@code training.json}. Beside it, under the name with {@code
   * .training}, lies what a run needs to be resumed, until it is done.
   *
   * @throws io.sparkllama.errors.LlamaException names what was found, what was expected and the
   *     remedy
   */
  public FinetuneResult run() {
    WorkFolder work = new WorkFolder(request.output());
    work.require(request.start());
    requireRank();
    requireExamples();
    try (BaseModel base = BaseModel.open(request.base())) {
      requireSame(base);
      DecoderWeights weights = base.weights();
      TrainingMemory memory =
          TrainingMemory.of(weights.shape(), weights.tied(), request.options(), data);
      listener.needs(memory, available);
      memory.require(available, request.options());
      try (NDManager manager = Torch.open(request.options().threads())) {
        Training training =
            new Training(request, data, listener, work, base, manager, () -> stopped);
        return training.run();
      }
    }
  }

  /** Lets the run end after the pass that it is in, with the best adapter so far. */
  public void stop() {
    stopped = true;
  }

  private void requireRank() {
    OptionalInt most =
        request.model().manifest().map(Manifest::adapterRank).orElse(OptionalInt.empty());
    int rank = request.options().rank();
    if (most.isEmpty() || most.getAsInt() < rank) {
      throw new RequestException(
          "Cannot train for %s: found a package that takes %s, expected adapters of rank %d. Convert the model with --lora-rank %d."
              .formatted(
                  request.model().folder(),
                  most.isEmpty() ? "no adapters" : "adapters of rank %d".formatted(most.getAsInt()),
                  rank,
                  rank));
    }
  }

  private void requireSame(BaseModel base) {
    String expected = request.model().manifest().orElseThrow().source().sha256();
    String found = base.sha256();
    if (!found.equals(expected)) {
      throw new RequestException(
          "Cannot train on %s: found a checkpoint with SHA-256 %s, expected %s, of which the package was made. Name that checkpoint, or convert this one."
              .formatted(request.base(), found, expected));
    }
  }

  private void requireExamples() {
    if (data.train().isEmpty()) {
      throw new RequestException(
          "Cannot train: found no examples to learn from, expected at least one. Check the input and the held-out share.");
    }
    int context = request.model().architecture().contextLength();
    if (data.longest() > context) {
      throw new RequestException(
          "Cannot train: found an example of %d tokens, expected at most the model's context of %d. Shorten or leave out long texts."
              .formatted(data.longest(), context));
    }
  }
}
