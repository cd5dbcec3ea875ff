package io.sparkllama.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Manifests for copies of the tiny model. */
final class Manifests {

  static final PromptTemplate PROMPT = new PromptTemplate("1", "", "Say: {text}");

  private Manifests() {}

  static Manifest of(Path folder) throws IOException {
    List<Manifest.FileEntry> files = new ArrayList<>();
    for (String name : List.of("model.onnx", "model.onnx.data", "tokenizer.json")) {
      Path file = folder.resolve(name);
      files.add(new Manifest.FileEntry(name, Files.size(file), Sha256.of(file)));
    }
    return of(files);
  }

  static Manifest of(List<Manifest.FileEntry> files) {
    return new Manifest(
        Manifest.FORMAT_VERSION,
        new Manifest.Source("tiny.gguf", "gguf", "00", Optional.empty(), Optional.empty()),
        new Architecture(4, 6, 2, 32, 192, 4096, 2048),
        quantization("int4", Optional.empty()),
        ChatStyle.LLAMA3,
        new ControlTokens(OptionalInt.of(4085), true, List.of(4094)),
        files,
        Map.of("sentiment", PROMPT),
        OptionalInt.empty(),
        List.of(),
        Optional.empty());
  }

  static Manifest.Quantization quantization(String precision, Optional<String> cpuFeature) {
    return new Manifest.Quantization(
        precision, OptionalInt.empty(), "cpu", Optional.empty(), cpuFeature);
  }
}
