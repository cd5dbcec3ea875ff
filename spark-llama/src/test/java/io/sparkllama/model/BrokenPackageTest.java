package io.sparkllama.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ModelException;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.StringStringEntryProto;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each damage to a package is reported with the file and the remedy, and never a crash. */
class BrokenPackageTest {

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void copyModel() {
    folder = Fixtures.copy(Fixtures.genaiInt4(), temp.resolve("model"));
  }

  @Test
  void aFolderThatIsNotThere() {
    assertRefused(temp.resolve("nowhere"), "nowhere", "not there", "Name the folder");
  }

  @Test
  void aFolderWithoutAModel() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    assertRefused(empty, "spark-llama.json", "genai_config.json", "convert a GGUF file first");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.onnx", "model.onnx.data", "tokenizer.json"})
  void aMissingFile(String name) throws IOException {
    Files.delete(folder.resolve(name));
    assertRefused(folder, "file " + name + " is missing", "Copy the whole model folder again");
  }

  @Test
  void truncatedExternalData() throws IOException {
    long size = Files.size(folder.resolve("model.onnx.data"));
    truncate("model.onnx.data", size - 1);
    assertRefused(folder, "model.onnx.data", (size - 1) + " bytes", "copy it again");
  }

  @Test
  void aTruncatedGraph() throws IOException {
    truncate("model.onnx", Files.size(folder.resolve("model.onnx")) / 2);
    assertRefused(folder, "model.onnx", "cut off", "Copy the file again");
  }

  @Test
  void anEmptyGraph() throws IOException {
    truncate("model.onnx", 0);
    assertRefused(folder, "model.onnx", "ends before the graph", "Copy the file again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../outside.data", "/etc/passwd", "sub/../../outside.data"})
  void anExternalDataPathThatLeavesTheFolder(String location) throws IOException {
    Files.write(temp.resolve("outside.data"), new byte[1 << 22]);
    Files.createDirectory(folder.resolve("sub"));
    editGraph(graph -> withLocation(graph, location));
    assertRefused(folder, location, "outside of the folder", "Put the file itself into the folder");
  }

  @Test
  void aLinkThatLeavesTheFolder() throws IOException {
    Path outside = temp.resolve("outside.data");
    Files.move(folder.resolve("model.onnx.data"), outside);
    Files.createSymbolicLink(folder.resolve("model.onnx.data"), outside);
    assertRefused(folder, "model.onnx.data", "outside of the folder", outside.toString());
  }

  @Test
  void externalDataHiddenInAnAttribute() throws IOException {
    editGraph(
        graph -> {
          GraphProto.Builder edited = graph.toBuilder();
          TensorProto outside = external("../outside.data", "0", "4");
          edited
              .getNodeBuilder(0)
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("then_branch")
                      .setG(GraphProto.newBuilder().addInitializer(outside)));
          return edited.build();
        });
    assertRefused(folder, "../outside.data", "outside of the folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "9223372036854775807", "x"})
  void anImpossibleOffset(String offset) throws IOException {
    editGraph(
        graph ->
            graph.toBuilder().addInitializer(external("model.onnx.data", offset, "4")).build());
    assertRefused(folder, "model.onnx", "extra", "copy");
  }

  @Test
  void aLengthThatIsNotTheShapes() throws IOException {
    editGraph(
        graph -> graph.toBuilder().addInitializer(external("model.onnx.data", "0", "8")).build());
    assertRefused(folder, "model.onnx", "extra", "8 bytes, expected 4 by its shape");
  }

  @Test
  void aTokenizerLargerThanTheVocabulary() throws IOException {
    replace("tokenizer.json", "\"id\": 4095", "\"id\": 4096");
    assertRefused(folder, "tokenizer.json", "4096", "Copy the tokenizer that belongs");
  }

  @Test
  void aGraphWithoutTheExpectedInputs() throws IOException {
    editGraph(
        graph -> {
          GraphProto.Builder edited = graph.toBuilder();
          edited.getInputBuilder(0).setName("pixel_values");
          return edited.build();
        });
    assertRefused(folder, "model.onnx", "no input input_ids", "pixel_values", "key-value cache");
  }

  @Test
  void aGraphOfAnotherSize() throws IOException {
    replace("genai_config.json", "\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3");
    assertRefused(folder, "model.onnx", "past_key_values.0.key", "2 in dimension 1", "expected 3");
  }

  @Test
  void aGraphWithMoreLayersThanTheConfiguration() throws IOException {
    replace("genai_config.json", "\"num_hidden_layers\": 4", "\"num_hidden_layers\": 3");
    assertRefused(folder, "model.onnx", "past_key_values.3.key", "expected 3 layers");
  }

  @Test
  void aConfigurationWithoutANumber() throws IOException {
    replace("genai_config.json", "\"head_size\": 32", "\"head_size\": \"many\"");
    assertRefused(folder, "genai_config.json", "model.decoder.head_size", "\"many\"", "correct");
  }

  @Test
  void aConfigurationThatIsNoJson() throws IOException {
    truncate("genai_config.json", 100);
    assertRefused(folder, "genai_config.json", "Copy the file again");
  }

  @Test
  void aFolderThatIsALinkIsFine() throws IOException {
    Path link = Files.createSymbolicLink(temp.resolve("link"), folder);
    assertThat(ModelPackages.open(link).folder()).isEqualTo(folder.toRealPath());
  }

  private static void assertRefused(Path folder, String... parts) {
    assertThatThrownBy(() -> ModelPackages.open(folder))
        .isInstanceOf(ModelException.class)
        .message()
        .contains(parts)
        .matches("(?s)(Cannot|Invalid).*\\.");
  }

  private static TensorProto external(String location, String offset, String length) {
    return TensorProto.newBuilder()
        .setName("extra")
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addDims(1)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", offset))
        .addExternalData(entry("length", length))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static GraphProto withLocation(GraphProto graph, String location) {
    GraphProto.Builder edited = graph.toBuilder();
    edited.getInitializerBuilder(0).getExternalDataBuilder(0).setValue(location);
    return edited.build();
  }

  private void editGraph(UnaryOperator<GraphProto> edit) throws IOException {
    Path file = folder.resolve("model.onnx");
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
    Files.write(
        file, model.toBuilder().setGraph(edit.apply(model.getGraph())).build().toByteArray());
  }

  private void replace(String name, String from, String to) throws IOException {
    Path file = folder.resolve(name);
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }

  private void truncate(String name, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }
}
