package io.sparkllama.cli;

import io.sparkllama.model.Architecture;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.Manifest.FileEntry;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.PackageContents;
import io.sparkllama.model.PackageContents.Weight;
import io.sparkllama.runtime.Attention;
import io.sparkllama.runtime.ComputeDevice;
import io.sparkllama.runtime.DecoderOptions;
import io.sparkllama.runtime.Decoders;
import io.sparkllama.runtime.MemoryNeed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code inspect} shows. */
record ModelReport(
    String folder,
    String layout,
    String source,
    Architecture architecture,
    String precision,
    int stages,
    String chatStyle,
    List<Integer> stopIds,
    List<String> prompts,
    List<FileEntry> files,
    List<Weight> weights,
    Memory memory,
    Integer adapterRank,
    String sha256) {

  /**
   * Bytes that an engine needs.
   *
   * @param device whose memory it is, {@code cpu} or {@code cuda}
   * @param slots rows decoded together
   * @param capacity tokens of a slot
   */
  record Memory(
      String device,
      int slots,
      int capacity,
      long weights,
      long keyValueCache,
      long workspace,
      long libraries) {

    static Memory of(ModelPackage model, int slots, int capacity) {
      ComputeDevice device = ComputeDevice.madeFor(model);
      int pass = Decoders.longestPass(device);
      MemoryNeed need =
          MemoryNeed.of(
              model, new DecoderOptions(slots, capacity, 1, pass, Attention.OWN).on(device));
      return new Memory(
          device.equals(ComputeDevice.CPU) ? "cpu" : "cuda",
          slots,
          capacity,
          need.weights(),
          need.cache(),
          need.workspace(),
          need.libraries());
    }

    long total() {
      return weights + keyValueCache + workspace + libraries;
    }
  }

  static ModelReport of(ModelPackage model, int slots, int capacity) {
    PackageContents contents = PackageContents.of(model);
    return new ModelReport(
        model.folder().toString(),
        lower(model.layout()),
        model.manifest().map(manifest -> source(manifest.source())).orElse("not recorded"),
        model.architecture(),
        contents.precision(),
        contents.stages(),
        model.chatStyle().map(ModelReport::lower).orElse("none"),
        model.controlTokens().stop(),
        model.prompts().keySet().stream().sorted().toList(),
        contents.files(),
        contents.weights(),
        Memory.of(model, slots, capacity),
        model.manifest().stream()
            .flatMapToInt(manifest -> manifest.adapterRank().stream())
            .boxed()
            .findFirst()
            .orElse(null),
        model.sha256());
  }

  private static String source(Manifest.Source source) {
    return source.name() + source.mergedAdapter().map(name -> " with " + name).orElse("");
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The lines of a table for people. */
  List<String> table() {
    List<String> lines = new ArrayList<>();
    row(lines, "folder", folder);
    row(lines, "layout", layout);
    row(lines, "source", source);
    row(
        lines,
        "architecture",
        "%d layers, %d heads (%d key-value) of %d, hidden size %d"
            .formatted(
                architecture.layers(),
                architecture.heads(),
                architecture.keyValueHeads(),
                architecture.headSize(),
                architecture.hiddenSize()));
    row(lines, "vocabulary", architecture.vocabularySize() + " tokens");
    row(lines, "context", architecture.contextLength() + " tokens");
    row(lines, "precision", precision);
    if (stages > 1) {
      row(lines, "stages", Integer.toString(stages));
    }
    row(lines, "chat style", chatStyle);
    row(lines, "stop ids", stopIds.toString());
    row(lines, "prompts", prompts.isEmpty() ? "built-in" : String.join(", ", prompts));
    row(lines, "adapters", adapterRank == null ? "none" : "of rank " + adapterRank + " at most");
    storage(lines);
    row(
        lines,
        "memory",
        "%,d MiB%s: weights %,d, %d slots of %,d tokens %,d, workspace %,d, libraries %,d"
            .formatted(
                memory.total() >> 20,
                memory.device.equals("cuda") ? " of a GPU's" : "",
                memory.weights >> 20,
                memory.slots,
                memory.capacity,
                memory.keyValueCache >> 20,
                memory.workspace >> 20,
                memory.libraries >> 20));
    row(lines, "sha256", sha256);
    for (FileEntry file : files) {
      row(lines, "file", "%s  %,d bytes  %s".formatted(file.path(), file.size(), file.sha256()));
    }
    return lines;
  }

  /** One line for each way in which weights are stored. */
  private void storage(List<String> lines) {
    Map<String, List<Weight>> kinds =
        weights.stream()
            .collect(
                Collectors.groupingBy(Weight::storage, LinkedHashMap::new, Collectors.toList()));
    kinds.forEach(
        (kind, stored) ->
            row(
                lines,
                "weights",
                "%s: %d tensors, %,d bytes"
                    .formatted(
                        kind, stored.size(), stored.stream().mapToLong(Weight::bytes).sum())));
  }

  private static void row(List<String> lines, String name, String value) {
    lines.add("%-12s  %s".formatted(name, value));
  }
}
