package io.sparkllama.finetune;

import io.sparkllama.model.ModelPackage;
import java.nio.file.Path;

/**
 * What to train and where the adapter goes.
 *
 * @param base checkpoint that the package was made from: GGUF file or safetensors folder, by path
 *     or URI
 * @param model package that takes adapters of the rank
 * @param output folder for the adapter
 * @param options how to train
 * @param start what happens to the state of an earlier run
 */
public record FinetuneRequest(
    String base, ModelPackage model, Path output, FinetuneOptions options, Start start) {

  /** How a run begins. */
  public enum Start {
    /** With a new adapter; there must be no state of an earlier run. */
    NEW,
    /** Where an earlier run of the same settings and examples was. */
    RESUME
  }
}
