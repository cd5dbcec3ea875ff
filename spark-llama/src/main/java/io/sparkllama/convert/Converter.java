package io.sparkllama.convert;

import io.sparkllama.convert.ConversionReport.Calibration;
import io.sparkllama.convert.adapter.AdapterTarget;
import io.sparkllama.convert.adapter.NormsFile;
import io.sparkllama.convert.adapter.PeftAdapter;
import io.sparkllama.convert.adapter.RuntimeAdapter;
import io.sparkllama.convert.graph.ExternalData;
import io.sparkllama.convert.graph.GraphPlan;
import io.sparkllama.convert.graph.LlamaGraph;
import io.sparkllama.convert.graph.ProductInputs;
import io.sparkllama.convert.graph.WeightErrors;
import io.sparkllama.convert.weights.DecoderWeights;
import io.sparkllama.convert.weights.LlamaWeights;
import io.sparkllama.convert.weights.RotatedWeights;
import io.sparkllama.convert.weights.WeightUpdates;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.Deviation;
import io.sparkllama.onnx.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Turns a checkpoint into a model package. */
public final class Converter {

  private final ConversionRequest request;
  private final Checkpoint source;
  private final NewFolder folder;
  private final Optional<PeftAdapter> merged;
  private final LlamaWeights weights;
  private final PackageDraft draft;
  private final WeightErrors errors = new WeightErrors();

  private Converter(ConversionRequest request, Checkpoint source, NewFolder folder) {
    this.request = request;
    this.source = source;
    this.folder = folder;
    this.merged = request.mergeAdapter().map(PeftAdapter::read);
    WeightUpdates updates = merged.map(WeightUpdates.class::cast).orElse(WeightUpdates.NONE);
    this.weights = new LlamaWeights(source.weights(), source.shape(), updates);
    this.draft = new PackageDraft(request, source, folder);
  }

  /**
   * Converts; the target appears only when it is complete.
   *
   * @throws ConversionException names what was found in the source, what was expected and the
   *     remedy
   */
  public static ConversionReport convert(ConversionRequest request) {
    Instant start = Instant.now();
    try (NewFolder folder = NewFolder.create(request.target());
        Checkpoint source =
            Checkpoint.open(request.source(), request.config(), request.ropeFactors(), folder)) {
      try {
        return new Converter(request, source, folder).write(start);
      } catch (IOException e) {
        throw folder.failed(e);
      }
    }
  }

  private ConversionReport write(Instant start) throws IOException {
    requireLayersForStages();
    source.writeTexts(folder);
    weights.requireNothingElse();
    try (Examination examination = Examination.of(request, weights, draft.model())) {
      Calibration calibration = writeGraph(examination);
      merged.ifPresent(PeftAdapter::requireAllApplied);
      writeAdapters();
      examination.writeCacheScales(draft.model());
      Optional<Deviation> deviation = examination.deviation(draft.model());
      draft.writeManifest(examination.selfTests(draft.model()), deviation);
      ConversionReport report =
          new ConversionReport(
              request.target(),
              source.shape().architecture(),
              parameters(),
              request.storage(),
              source.bytes(),
              draft.bytes(),
              errors.relative(),
              errors.overall(),
              calibration,
              deviation,
              Duration.between(start, Instant.now()));
      folder.publish();
      return report;
    }
  }

  private void requireLayersForStages() {
    int layers = source.shape().architecture().layers();
    if (request.stages() < 1 || request.stages() > layers) {
      throw new ConversionException(
          "Cannot cut %d layers into %d stages: expected 1 to %d. Choose a number of devices in that range."
              .formatted(layers, request.stages(), layers));
    }
  }

  private Calibration writeGraph(Examination examination) throws IOException {
    Precision precision = request.storage().precision();
    Optional<ProductInputs> inputs =
        precision.calibrated() ? examination.inputs(request.storage().block()) : Optional.empty();
    GraphPlan plan =
        new GraphPlan(
            request.storage(),
            inputs.orElse(ProductInputs.UNKNOWN),
            draft.adapterRank().isPresent()
                ? GraphPlan.Adapters.AT_RUN_TIME
                : GraphPlan.Adapters.NONE,
            request.stages());
    long total = LlamaGraph.count(weights);
    AtomicLong done = new AtomicLong();
    try (ExternalData data = new ExternalData(folder.file("model.onnx.data"))) {
      ModelProto model =
          LlamaGraph.write(
              inBasis(),
              plan,
              data,
              errors,
              written -> request.progress().advanced(done.addAndGet(written), total));
      Files.write(folder.file("model.onnx"), model.toByteArray());
    }
    if (inputs.isPresent()) {
      return Calibration.CALIBRATED;
    }
    return precision.calibrated() ? Calibration.LEFT_OUT : Calibration.NOT_NEEDED;
  }

  private DecoderWeights inBasis() {
    return request.storage().precision() == Precision.W8A8 ? new RotatedWeights(weights) : weights;
  }

  private void writeAdapters() throws IOException {
    if (draft.adapterRank().isEmpty()) {
      return;
    }
    AdapterTarget target = AdapterTarget.of(request.storage(), weights);
    if (request.storage().precision() == Precision.W8A8) {
      NormsFile.write(weights, source.shape().architecture(), folder.file(NormsFile.NAME));
    }
    for (PeftAdapter adapter : draft.adapters()) {
      Files.createDirectories(folder.file("adapters"));
      Files.write(
          folder.file("adapters").resolve(adapter.name() + ".onnx_adapter"),
          RuntimeAdapter.bytes(adapter, target));
    }
  }

  /** A tied head is the embedding, and counts once. */
  private long parameters() {
    long table =
        (long) source.shape().architecture().vocabularySize()
            * source.shape().architecture().hiddenSize();
    return LlamaGraph.count(weights) - (weights.tied() ? table : 0);
  }
}
