package io.sparkllama.convert;

import io.sparkllama.convert.adapter.PeftAdapter;
import io.sparkllama.model.CpuFeatures;
import io.sparkllama.model.Deviation;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.ManifestJson;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.Sha256;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** A package that is being made: what is known of it before and while its files appear. */
final class PackageDraft {

  private final ConversionRequest request;
  private final Checkpoint source;
  private final NewFolder folder;
  private final List<PeftAdapter> adapters;
  private List<Manifest.FileEntry> files = List.of();

  PackageDraft(ConversionRequest request, Checkpoint source, NewFolder folder) {
    this.request = request;
    this.source = source;
    this.folder = folder;
    this.adapters = request.adapters().stream().map(PeftAdapter::read).toList();
  }

  List<PeftAdapter> adapters() {
    return adapters;
  }

  /** The largest rank of adapters that the graph is made for; empty for none. */
  OptionalInt adapterRank() {
    return IntStream.concat(
            request.adapterRank().stream(), adapters.stream().mapToInt(PeftAdapter::rank))
        .max();
  }

  /** Bytes of all files; known once the manifest is written. */
  long bytes() {
    return files.stream().mapToLong(Manifest.FileEntry::size).sum();
  }

  /** The package as engines open it, before its files are checked. */
  ModelPackage model() {
    return new ModelPackage(
        folder.root(),
        ModelPackage.Layout.SPARK_LLAMA,
        source.shape().architecture(),
        source.controlTokens(),
        Optional.of(source.chatStyle()),
        folder.file("model.onnx"),
        folder.file("tokenizer.json"),
        request.prompts(),
        Optional.empty(),
        "");
  }

  /**
   * Hashes all files and writes down what is known of the package.
   *
   * @param deviation from the fp32 values, where it was measured
   */
  void writeManifest(List<Manifest.SelfTest> selfTests, Optional<Deviation> deviation) {
    files =
        folder.files().stream()
            .map(
                file ->
                    new Manifest.FileEntry(
                        folder.nameOf(file), file.toFile().length(), Sha256.of(file)))
            .toList();
    ManifestJson.write(manifest(selfTests, deviation), folder.file(Manifest.FILE_NAME));
  }

  private Manifest manifest(List<Manifest.SelfTest> selfTests, Optional<Deviation> deviation) {
    return new Manifest(
        Manifest.FORMAT_VERSION,
        new Manifest.Source(
            source.name(),
            source.format(),
            source.sha256(),
            request
                .mergeAdapter()
                .map(adapter -> adapter.toAbsolutePath().normalize().getFileName().toString()),
            source.license()),
        source.shape().architecture(),
        quantization(),
        source.chatStyle(),
        source.controlTokens(),
        files,
        request.prompts(),
        adapterRank(),
        selfTests,
        deviation);
  }

  private Manifest.Quantization quantization() {
    Storage storage = request.storage();
    boolean tokens = storage.precision() == Precision.W8A8;
    return new Manifest.Quantization(
        storage.precision().label(),
        storage.precision().blocks() ? OptionalInt.of(storage.block()) : OptionalInt.empty(),
        storage.device().label(),
        tokens ? Optional.of(Manifest.Quantization.ROTATED) : Optional.empty(),
        tokens ? Optional.of(CpuFeatures.VNNI) : Optional.empty());
  }
}
