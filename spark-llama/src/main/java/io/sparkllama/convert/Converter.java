package io.sparkllama.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.adapter.PeftAdapter;
import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.graph.ExternalData;
import io.sparkllama.convert.graph.LlamaGraph;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.LlamaWeights;
import io.sparkllama.convert.weights.WeightUpdates;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.ControlTokens;
import io.sparkllama.model.CpuFeatures;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.ManifestJson;
import io.sparkllama.model.Sha256;
import io.sparkllama.onnx.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Turns a GGUF file into a model package. */
public final class Converter {

  private final ConversionRequest request;
  private final GgufFile source;
  private final LlamaShape shape;
  private final ControlTokenIds control;
  private final Optional<PeftAdapter> adapter;
  private final LlamaWeights weights;
  private final ObjectMapper json = new ObjectMapper();

  private Converter(ConversionRequest request, GgufFile source) {
    this.request = request;
    this.source = source;
    this.shape = LlamaShape.read(source);
    this.control = new ControlTokenIds(source.metadata());
    this.adapter = request.mergeAdapter().map(PeftAdapter::read);
    this.weights =
        new LlamaWeights(
            source,
            shape,
            adapter.map(WeightUpdates.class::cast).orElse(WeightUpdates.NONE),
            request.ropeFactors());
  }

  /**
   * Converts; the target appears only when it is complete.
   *
   * @throws ConversionException names what was found in the source, what was expected and the
   *     remedy
   */
  public static ConversionReport convert(ConversionRequest request) {
    Instant start = Instant.now();
    try (GgufFile source = GgufFile.open(request.source());
        NewFolder folder = NewFolder.create(request.target())) {
      return new Converter(request, source).write(folder, start);
    } catch (IOException e) {
      throw new ConversionException(
          "Cannot write %s: %s. Check the folder's rights and the free space."
              .formatted(request.target(), e),
          e);
    }
  }

  private ConversionReport write(NewFolder folder, Instant start) throws IOException {
    requireChat();
    json.writeValue(folder.file("tokenizer.json").toFile(), new TokenizerRebuild(source).build());
    long count = writeGraph(folder);
    ControlTokens ids = control.read();
    json.writerWithDefaultPrettyPrinter()
        .writeValue(
            folder.file("config.json").toFile(),
            new TransformersConfig(shape, ids, weights.tied()).json());
    Optional<String> template = source.metadata().optionalString("tokenizer.chat_template");
    if (template.isPresent()) {
      Files.writeString(folder.file("chat_template.jinja"), template.get());
    }
    List<Manifest.FileEntry> files =
        folder.files().stream()
            .map(
                file ->
                    new Manifest.FileEntry(
                        file.getFileName().toString(), file.toFile().length(), Sha256.of(file)))
            .toList();
    ManifestJson.write(manifest(ids, files), folder.file(Manifest.FILE_NAME));
    folder.publish();
    return new ConversionReport(
        request.target(),
        shape.architecture(),
        count,
        request.precision(),
        Files.size(request.source()),
        files.stream().mapToLong(Manifest.FileEntry::size).sum(),
        Duration.between(start, Instant.now()));
  }

  private void requireChat() {
    if (!control.chats()) {
      throw new ConversionException(
          "Cannot convert %s: found no chat tokens, expected those of Llama 3 or ChatML. Use an instruct checkpoint."
              .formatted(request.source()));
    }
  }

  private long writeGraph(NewFolder folder) throws IOException {
    long total = LlamaGraph.count(weights);
    AtomicLong done = new AtomicLong();
    ModelProto model;
    try (ExternalData data = new ExternalData(folder.file("model.onnx.data"))) {
      model =
          LlamaGraph.write(
              weights,
              request.precision(),
              data,
              written -> request.progress().advanced(done.addAndGet(written), total));
    }
    adapter.ifPresent(PeftAdapter::requireAllApplied);
    Files.write(folder.file("model.onnx"), model.toByteArray());
    return total;
  }

  private Manifest manifest(ControlTokens ids, List<Manifest.FileEntry> files) {
    Path file = request.source();
    Optional<String> feature =
        request.precision() == Precision.W8A8 ? Optional.of(CpuFeatures.VNNI) : Optional.empty();
    return new Manifest(
        Manifest.FORMAT_VERSION,
        new Manifest.Source(
            file.getFileName().toString(),
            "gguf",
            Sha256.of(file),
            request
                .mergeAdapter()
                .map(adapter -> adapter.toAbsolutePath().getFileName().toString())),
        shape.architecture(),
        new Manifest.Quantization(request.precision().label(), feature),
        control.chatStyle(),
        ids,
        files,
        request.prompts());
  }
}
