package io.sparkllama.cli;

import io.sparkllama.model.Architecture;
import io.sparkllama.model.Manifest;
import io.sparkllama.model.Manifest.FileEntry;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.PackageContents;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code inspect} shows. */
record ModelReport(
    String folder,
    String layout,
    String source,
    Architecture architecture,
    String precision,
    String chatStyle,
    List<Integer> stopIds,
    List<String> prompts,
    List<FileEntry> files,
    String sha256) {

  static ModelReport of(ModelPackage model) {
    PackageContents contents = PackageContents.of(model);
    return new ModelReport(
        model.folder().toString(),
        lower(model.layout()),
        model.manifest().map(manifest -> source(manifest.source())).orElse("not recorded"),
        model.architecture(),
        contents.precision(),
        model.chatStyle().map(ModelReport::lower).orElse("none"),
        model.controlTokens().stop(),
        model.prompts().keySet().stream().sorted().toList(),
        contents.files(),
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
    row(lines, "chat style", chatStyle);
    row(lines, "stop ids", stopIds.toString());
    row(lines, "prompts", prompts.isEmpty() ? "built-in" : String.join(", ", prompts));
    row(lines, "sha256", sha256);
    for (FileEntry file : files) {
      row(lines, "file", "%s  %,d bytes  %s".formatted(file.path(), file.size(), file.sha256()));
    }
    return lines;
  }

  private static void row(List<String> lines, String name, String value) {
    lines.add("%-12s  %s".formatted(name, value));
  }
}
