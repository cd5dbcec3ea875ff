package io.sparkllama.convert;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.convert.gguf.GgufFile;
import io.sparkllama.convert.source.SourceFile;
import io.sparkllama.convert.source.SourceFiles;
import io.sparkllama.convert.source.SourceLocation;
import io.sparkllama.convert.weights.LlamaShape;
import io.sparkllama.convert.weights.WeightSource;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** One GGUF file: weights, vocabulary and numbers together. */
final class GgufCheckpoint implements Checkpoint {

  private final String name;
  private final SourceFile bytes;
  private final GgufFile file;
  private final LlamaShape shape;
  private final ControlTokenIds control;
  private final ChatStyle chatStyle;

  private GgufCheckpoint(
      String name,
      SourceFile bytes,
      GgufFile file,
      LlamaShape shape,
      ControlTokenIds control,
      ChatStyle chatStyle) {
    this.name = name;
    this.bytes = bytes;
    this.file = file;
    this.shape = shape;
    this.control = control;
    this.chatStyle = chatStyle;
  }

  static GgufCheckpoint open(SourceLocation location, RopeFactors ropeFactors) {
    SourceFile bytes = location.open();
    GgufFile file = GgufFile.open(bytes);
    try {
      ControlTokenIds control = new ControlTokenIds(file.metadata());
      return new GgufCheckpoint(
          location.name(),
          bytes,
          file,
          GgufShape.read(file, ropeFactors),
          control,
          control.chatStyle(location.toString()));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String format() {
    return "gguf";
  }

  @Override
  public long bytes() {
    return bytes.size();
  }

  @Override
  public String sha256() {
    return SourceFiles.sha256(List.of(bytes));
  }

  @Override
  public Optional<String> license() {
    return file.metadata().optionalString("general.license");
  }

  @Override
  public LlamaShape shape() {
    return shape;
  }

  @Override
  public WeightSource weights() {
    return new GgufWeights(file, shape.architecture().headSize());
  }

  @Override
  public ControlTokens controlTokens() {
    return control.read();
  }

  @Override
  public ChatStyle chatStyle() {
    return chatStyle;
  }

  @Override
  public void writeTexts(NewFolder target) {
    ObjectMapper json = new ObjectMapper();
    boolean tied = file.tensor("output.weight").isEmpty();
    try {
      json.writeValue(target.file("tokenizer.json").toFile(), new TokenizerRebuild(file).build());
      json.writerWithDefaultPrettyPrinter()
          .writeValue(
              target.file("config.json").toFile(),
              new TransformersConfig(shape, controlTokens(), tied).json());
      Optional<String> template = file.metadata().optionalString("tokenizer.chat_template");
      if (template.isPresent()) {
        Files.writeString(target.file("chat_template.jinja"), template.get());
      }
    } catch (IOException e) {
      throw target.failed(e);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
