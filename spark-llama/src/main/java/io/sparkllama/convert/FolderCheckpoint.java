package io.sparkllama.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.safetensors.SafeTensorsFile;
import io.sparkllama.convert.source.SourceFile;
import io.sparkllama.convert.source.SourceFiles;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.WeightSource;
import io.sparkllama.errors.ConversionException;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A folder as transformers saves it: config.json, tokenizer.json and safetensors in one or many
 * files. The small files are copied into the package first and read there.
 */
final class FolderCheckpoint implements Checkpoint {

  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final SourceLocation location;
  private final FolderTexts texts;
  private final List<SafeTensorsFile> files;
  private final FolderWeights weights;

  private FolderCheckpoint(
      SourceLocation location,
      FolderTexts texts,
      List<SafeTensorsFile> files,
      FolderWeights weights) {
    this.location = location;
    this.texts = texts;
    this.files = files;
    this.weights = weights;
  }

  /**
   * @param config folder with configuration and tokenizer
   */
  static FolderCheckpoint open(SourceLocation location, SourceLocation config, NewFolder target) {
    List<SafeTensorsFile> files = new ArrayList<>();
    try {
      FolderTexts texts = FolderTexts.read(config, target);
      for (String name : weightFiles(location)) {
        files.add(SafeTensorsFile.open(location.open(name)));
      }
      FolderWeights weights = new FolderWeights(location.toString(), files, texts.head());
      return new FolderCheckpoint(location, texts, files, weights);
    } catch (IOException e) {
      throw target.failed(e);
    } catch (RuntimeException e) {
      files.forEach(SafeTensorsFile::close);
      throw e;
    }
  }

  /** The one file, or those that the index names, each once. */
  private static List<String> weightFiles(SourceLocation location) throws IOException {
    if (location.has(WEIGHTS)) {
      return List.of(WEIGHTS);
    }
    if (!location.has(INDEX)) {
      throw new ConversionException(
          "Cannot convert %s: found neither %s nor %s, expected one of them. Save the model as safetensors."
              .formatted(location, WEIGHTS, INDEX));
    }
    try (SourceFile index = location.open(INDEX)) {
      TreeSet<String> names = new TreeSet<>();
      new ObjectMapper()
          .readTree(SourceFiles.bytes(index))
          .path("weight_map")
          .forEach(name -> names.add(name.asText()));
      for (String name : names) {
        requireFile(location, name);
      }
      return List.copyOf(names);
    }
  }

  private static void requireFile(SourceLocation location, String name) {
    if (name.contains("/") || name.contains("\\") || !location.has(name)) {
      throw new ConversionException(
          "Cannot convert %s: %s names the file %s, expected a file of this folder. Download the missing file."
              .formatted(location, INDEX, name));
    }
  }

  @Override
  public String name() {
    return location.name();
  }

  @Override
  public String format() {
    return "safetensors";
  }

  @Override
  public long bytes() {
    return files.stream().mapToLong(file -> file.file().size()).sum();
  }

  @Override
  public String sha256() {
    return SourceFiles.sha256(files.stream().map(SafeTensorsFile::file).toList());
  }

  @Override
  public Optional<String> license() {
    return texts.license();
  }

  @Override
  public LlamaShape shape() {
    return texts.shape();
  }

  @Override
  public WeightSource weights() {
    return weights;
  }

  @Override
  public ControlTokens controlTokens() {
    return texts.controlTokens();
  }

  @Override
  public ChatStyle chatStyle() {
    return texts.chatStyle();
  }

  /** They were copied when the folder was opened. */
  @Override
  public void writeTexts(NewFolder target) {}

  @Override
  public void close() {
    files.forEach(SafeTensorsFile::close);
  }
}
