package io.sparkllama.convert;

import io.sparkllama.convert.calibrate.SampleTexts;
import io.sparkllama.convert.graph.LlamaGraph;
import io.sparkllama.convert.graph.ProductInputs;
import io.sparkllama.convert.measure.DeviationMeter;
import io.sparkllama.convert.measure.SelfTests;
import io.sparkllama.convert.weights.LlamaWeights;
import io.sparkllama.model.CpuFeatures;
import io.sparkllama.model.Deviation;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.runtime.ProcessMemory;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What a conversion learns by running models: the fp32 values, where they fit into memory, and the
 * package that it makes, where this machine can run it.
 */
final class Examination implements AutoCloseable {

  /** Tokens of held-out text; more would change the third digit. */
  private static final int MEASURED_TOKENS = 1280;

  /** Weights in the file, packed by the runtime, and room for passes and the package itself. */
  private static final long COPIES = 3;

  private final Storage storage;
  private final boolean fits;
  private final Optional<Reference> reference;

  private Examination(Storage storage, boolean fits, Optional<Reference> reference) {
    this.storage = storage;
    this.fits = fits;
    this.reference = reference;
  }

  static Examination of(ConversionRequest request, LlamaWeights weights, ModelPackage draft)
      throws IOException {
    boolean fits =
        request.examination() == ConversionRequest.Examination.WHERE_IT_FITS && fits(weights);
    // An fp32 package is its own reference.
    boolean compared = fits && request.storage().precision() != Precision.FP32;
    return new Examination(
        request.storage(),
        fits,
        compared
            ? Optional.of(Reference.write(weights, request.target(), draft))
            : Optional.empty());
  }

  private static boolean fits(LlamaWeights weights) {
    long needed = COPIES * Float.BYTES * LlamaGraph.count(weights);
    return ProcessMemory.available().orElse(0) > needed;
  }

  /** What the products' inputs are over the calibration text. */
  Optional<ProductInputs> inputs(int block) {
    return reference.map(values -> values.inputs(block));
  }

  List<Manifest.SelfTest> selfTests(ModelPackage made) {
    return runsHere() ? SelfTests.record(made, heldOut(made), threads()) : List.of();
  }

  /** Scales for a KV cache of 8 bits, where typical texts may be run. */
  void writeCacheScales(ModelPackage made) {
    if (fits && runsHere()) {
      CacheScales.write(made, threads());
    }
  }

  Optional<Deviation> deviation(ModelPackage made) {
    return reference
        .filter(values -> runsHere())
        .map(values -> DeviationMeter.compare(values.model(), made, heldOut(made), threads()));
  }

  private boolean runsHere() {
    return storage.device() == Device.CPU
        && (storage.precision() != Precision.W8A8 || CpuFeatures.vnni());
  }

  private static List<Tokens> heldOut(ModelPackage model) {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      return SampleTexts.HELD_OUT.windows(
          tokenizer, MEASURED_TOKENS, model.architecture().contextLength());
    }
  }

  private static int threads() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public void close() {
    reference.ifPresent(Reference::close);
  }
}
