package io.sparkllama.model;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.ModelProto;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Opens model packages. */
public final class ModelPackages {

  /** Name of a file that lies in a package's folder as long as somebody is still writing there. */
  public static final String INCOMPLETE = "_INCOMPLETE";

  /** The first that recognizes a folder reads it. */
  private static final List<LayoutReader> LAYOUTS =
      List.of(
          new SparkLlamaLayout(),
          new GenaiLayout(),
          new TransformersJsLayout(),
          new OptimumLayout());

  private ModelPackages() {}

  /**
   * Checks a local folder and opens it.
   *
   * @throws io.sparkllama.errors.ModelException names the file, what was found and the remedy
   */
  public static ModelPackage open(Path folder) {
    return open(folder, Optional.empty());
  }

  /**
   * Checks a local folder and opens one of its graphs.
   *
   * @param variant {@code q4}, {@code int8}, {@code fp32}, ... as in {@code onnx/model_q4.onnx};
   *     without one the transformers.js layout takes the first there is of q4, fp32, int8,
   *     quantized, uint8, bnb4, q4f16 and fp16
   * @throws io.sparkllama.errors.ModelException names the file, what was found and the remedy
   */
  public static ModelPackage open(Path folder, Optional<String> variant) {
    PackageFolder checked = PackageFolder.of(folder);
    PackageParts parts = layoutOf(checked).read(checked, variant);
    FileHashes hashes = new FileHashes(checked.root());
    Set<Path> files = check(checked, parts, hashes);
    return new ModelPackage(
        checked.root(),
        parts.layout(),
        parts.architecture(),
        parts.controlTokens(),
        parts.chatStyle(),
        parts.graph(),
        parts.tokenizer().path(),
        parts.prompts(),
        parts.manifest(),
        hashes.identity(files));
  }

  /**
   * Opens a package by path or by the URI of any file system that the Hadoop client knows ({@code
   * hdfs://}, {@code s3a://}, ...). Local folders are used in place; others are copied once to this
   * machine, and again when their content has changed.
   *
   * @throws io.sparkllama.errors.ModelException names the file, what was found and the remedy
   */
  public static ModelPackage open(String location, Optional<String> variant, CacheSettings cache) {
    return open(
        ModelLocation.local(location).orElseGet(() -> copy(ModelLocation.uri(location), cache)),
        variant);
  }

  private static Path copy(URI uri, CacheSettings cache) {
    try {
      RemotePackage remote = new RemotePackage(RemoteFolder.open(uri, cache.hadoop()));
      return new NodeCache(Path.of(cache.folder())).copyOf(uri, remote);
    } catch (NoClassDefFoundError e) {
      throw new ModelException(
          "Cannot open model %s: the Hadoop client is not on the class path (%s is missing). %s"
              .formatted(
                  uri,
                  e.getMessage(),
                  "Copy the model to a local folder, or add hadoop-client-api and"
                      + " hadoop-client-runtime."),
          e);
    }
  }

  /** From the cheap checks to the dear ones; returns the files that the model consists of. */
  private static Set<Path> check(PackageFolder folder, PackageParts parts, FileHashes hashes) {
    parts
        .manifest()
        .ifPresent(
            manifest -> CpuCheck.run(parts.config(), manifest.quantization(), CpuFeatures::vnni));
    ArchitectureCheck.run(parts.config(), parts.architecture());
    VocabularyCheck.run(parts);
    ModelProto model = GraphFile.read(parts.graph());
    GraphCheck.run(parts.graph(), model.getGraph(), parts.architecture());
    Set<Path> files = ExternalDataCheck.run(parts.graph(), model);
    files.addAll(List.of(parts.graph(), parts.tokenizer().path()));
    parts.manifest().ifPresent(manifest -> ManifestCheck.run(folder, manifest, files, hashes));
    return files;
  }

  private static LayoutReader layoutOf(PackageFolder folder) {
    if (folder.has(INCOMPLETE)) {
      throw incomplete(folder.root());
    }
    return LAYOUTS.stream()
        .filter(layout -> layout.recognizes(folder))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    "Cannot open model %s: none of %s, genai_config.json, config.json is there. %s"
                        .formatted(
                            folder.root(),
                            Manifest.FILE_NAME,
                            "Name a folder with an ONNX model, or convert a GGUF file first.")));
  }

  static ModelException incomplete(Object folder) {
    return new ModelException(
        "Cannot open model %s: found %s there, expected a whole package. Wait until it is pushed, or push it again if that was interrupted."
            .formatted(folder, INCOMPLETE));
  }
}
