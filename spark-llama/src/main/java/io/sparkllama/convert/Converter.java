package io.sparkllama.convert;

import io.sparkllama.convert.adapter.PeftAdapter;
import io.sparkllama.convert.graph.ExternalData;
import io.sparkllama.convert.graph.LlamaGraph;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.LlamaWeights;
import io.sparkllama.convert.weights.WeightUpdates;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.CpuFeatures;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.ManifestJson;
import io.sparkllama.model.Sha256;
import io.sparkllama.onnx.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Turns a checkpoint into a model package. */
public final class Converter {

  private final ConversionRequest request;
  private final Checkpoint source;
  private final NewFolder folder;

  private Converter(ConversionRequest request, Checkpoint source, NewFolder folder) {
    this.request = request;
    this.source = source;
    this.folder = folder;
  }

  /**
   * Converts; the target appears only when it is complete.
   *
   * @throws ConversionException names what was found in the source, what was expected and the
   *     remedy
   */
  public static ConversionReport convert(ConversionRequest request) {
    Instant start = Instant.now();
    SourceLocation location = SourceLocation.of(request.source());
    try (NewFolder folder = NewFolder.create(request.target());
        Checkpoint source = open(location, folder, request)) {
      try {
        return new Converter(request, source, folder).write(start);
      } catch (IOException e) {
        throw folder.failed(e);
      }
    }
  }

  private static Checkpoint open(
      SourceLocation location, NewFolder folder, ConversionRequest request) {
    return location.folder()
        ? FolderCheckpoint.open(location, folder)
        : GgufCheckpoint.open(location, request.ropeFactors());
  }

  private ConversionReport write(Instant start) throws IOException {
    source.writeTexts(folder);
    long count = writeGraph();
    List<Manifest.FileEntry> files =
        folder.files().stream()
            .map(
                file ->
                    new Manifest.FileEntry(
                        file.getFileName().toString(), file.toFile().length(), Sha256.of(file)))
            .toList();
    ManifestJson.write(manifest(files), folder.file(Manifest.FILE_NAME));
    folder.publish();
    return new ConversionReport(
        request.target(),
        source.shape().architecture(),
        count,
        request.precision(),
        source.bytes(),
        files.stream().mapToLong(Manifest.FileEntry::size).sum(),
        Duration.between(start, Instant.now()));
  }

  private long writeGraph() throws IOException {
    Optional<PeftAdapter> adapter = request.mergeAdapter().map(PeftAdapter::read);
    LlamaWeights weights =
        new LlamaWeights(
            source.weights(),
            source.shape(),
            adapter.map(WeightUpdates.class::cast).orElse(WeightUpdates.NONE));
    weights.requireNothingElse();
    long total = LlamaGraph.count(weights);
    AtomicLong done = new AtomicLong();
    ModelProto model;
    try (ExternalData data = new ExternalData(folder.file("model.onnx.data"))) {
      model =
          LlamaGraph.write(
              Boolean.getBoolean("rot")
                  ? new io.sparkllama.convert.weights.RotatedWeights(weights)
                  : weights,
              request.precision(),
              data,
              written -> request.progress().advanced(done.addAndGet(written), total));
    }
    adapter.ifPresent(PeftAdapter::requireAllApplied);
    Files.write(folder.file("model.onnx"), model.toByteArray());
    return total;
  }

  private Manifest manifest(List<Manifest.FileEntry> files) {
    Optional<String> feature =
        request.precision() == Precision.W8A8 ? Optional.of(CpuFeatures.VNNI) : Optional.empty();
    return new Manifest(
        Manifest.FORMAT_VERSION,
        new Manifest.Source(
            source.name(),
            source.format(),
            source.sha256(),
            request
                .mergeAdapter()
                .map(adapter -> adapter.toAbsolutePath().getFileName().toString())),
        source.shape().architecture(),
        new Manifest.Quantization(request.precision().label(), feature),
        source.chatStyle(),
        source.controlTokens(),
        files,
        request.prompts());
  }
}
