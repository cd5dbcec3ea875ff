package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.ValueInfoProto;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogitsSelectionTest {

  private static final Tokens PROMPT = Tokens.of(4085, 597, 70, 1791, 300, 301);

  @TempDir private Path folder;

  @Test
  void selectsBeforeTheHeadsProduct() throws IOException {
    GraphProto graph = insert(read(Fixtures.genaiFp32())).getGraph();
    int selection = index(graph, "spark_llama/select");
    int head = index(graph, "/lm_head/MatMul");
    assertThat(selection).isLessThan(head);
    assertThat(graph.getNode(head).getInput(0)).isEqualTo(graph.getNode(selection).getOutput(0));
  }

  @Test
  void leavesAGraphThatHasTheInputAlone() throws IOException {
    ModelProto once = insert(read(Fixtures.genaiFp32()));
    assertThat(insert(once)).isSameAs(once);
  }

  @Test
  void selectsAfterAHeadThatEndsInAnotherNode() throws IOException {
    assertThat(best(changed(LogitsSelectionTest::endInIdentity))).isEqualTo(best(original()));
  }

  /** onnxruntime-genai's builder widens logits of bf16 behind the product. */
  @Test
  void selectsBeforeAProductThatIsWidened() throws IOException {
    Path file = Fixtures.genaiGraph("cuda-int4-bf16-1layer");
    GraphProto graph =
        DeviceGraph.of(file, insert(readFile(file)), 4096, new ComputeDevice.Cuda(0, 0.9))
            .getGraph();
    NodeProto head = graph.getNode(index(graph, "/lm_head/MatMul_Q4"));
    NodeProto selection = graph.getNode(index(graph, "spark_llama/select"));
    assertThat(head.getInput(0)).isEqualTo(selection.getOutput(0));
    NodeProto widened = graph.getNode(index(graph, "/lm_head/Cast"));
    assertThat(widened.getInput(0)).isEqualTo(head.getOutput(0));
    assertThat(widened.getOutput(0)).isEqualTo("logits");
  }

  /** The same builder's prune_lm_head gives the head the last position of a pass alone. */
  @ParameterizedTest
  @ValueSource(strings = {"cuda-int4-prune", "cpu-int4-prune"})
  void selectsFromAllPositionsWhereTheHeadIsPruned(String export) throws IOException {
    GraphProto graph = insert(readFile(Fixtures.genaiGraph(export))).getGraph();
    NodeProto selection = graph.getNode(index(graph, "spark_llama/select"));
    NodeProto flat = graph.getNode(index(graph, selection.getInput(0)));
    assertThat(flat.getInput(0)).isEqualTo("/model/layers.4/final_norm_layernorm/output_0");
    assertThat(graph.getNode(index(graph, "/lm_head/MatMul_Q4")).getInput(0))
        .isEqualTo(selection.getOutput(0));
  }

  @Test
  void refusesAChoiceOfPositionsThatItDoesNotKnow() throws IOException {
    ModelProto pruned = readFile(Fixtures.genaiGraph("cuda-int4-prune"));
    GraphProto graph = pruned.getGraph();
    int gather = index(graph, "/lm_head/prune/Gather");
    int unsqueeze = index(graph, "/lm_head/prune/Unsqueeze");
    String one = "/model/constants/INT64/[1]";
    assertRefused(pruned, graph.toBuilder().setNode(gather, input(graph.getNode(gather), 1, one)));
    assertRefused(
        pruned,
        graph.toBuilder()
            .setNode(unsqueeze, graph.getNode(unsqueeze).toBuilder().setOpType("Tile").build()));
    ModelProto whole = read(Fixtures.genaiFp32());
    assertRefused(whole, whole.getGraph().toBuilder().setOutput(0, oneRow()));
    assertRefused(
        whole,
        endInIdentity(whole.getGraph()).toBuilder()
            .addNode(OnnxParts.node("Slice", "logits", List.of("raw"))));
  }

  /** What onnxruntime-genai's builder says of pruned logits. */
  private static ValueInfoProto oneRow() {
    return OnnxParts.value("logits", DataType.FLOAT_VALUE, "batch_size", 1, 4096);
  }

  private static NodeProto input(NodeProto node, int at, String name) {
    return node.toBuilder().setInput(at, name).build();
  }

  private static void assertRefused(ModelProto model, GraphProto.Builder graph) {
    assertThatThrownBy(() -> insert(model.toBuilder().setGraph(graph).build()))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "Cannot run model.onnx: found logits of some positions alone, expected those of each. Export the model without prune_lm_head.");
  }

  @Test
  void asksForAllLogitsWhereAGraphTakesHowMany() throws IOException {
    assertThat(best(changed(LogitsSelectionTest::keepAsMany))).isEqualTo(best(original()));
  }

  /** As exports of transformers' num_logits_to_keep: the last so many states go to the head. */
  private static GraphProto keepAsMany(GraphProto graph) {
    int head = index(graph, "/lm_head/MatMul");
    NodeProto product = graph.getNode(head);
    return graph.toBuilder()
        .addInput(OnnxParts.value("num_logits_to_keep", DataType.INT64_VALUE))
        .addInitializer(OnnxParts.int64s("one", 1))
        .addInitializer(OnnxParts.int64s("end", Long.MAX_VALUE))
        .setNode(head, OnnxParts.node("Neg", "start", List.of("num_logits_to_keep")))
        .addNode(OnnxParts.node("Reshape", "starts", List.of("start", "one")))
        .addNode(
            OnnxParts.node("Slice", "kept", List.of(product.getInput(0), "starts", "end", "one")))
        .addNode(input(product, 0, "kept"))
        .build();
  }

  private static ModelProto insert(ModelProto model) {
    return LogitsSelection.insert(Path.of("model.onnx"), model, 192, 4096);
  }

  private static int best(ModelPackage model) {
    try (Decoder decoder = Decoders.open(model, new DecoderOptions(1, 16, 1))) {
      return decoder.prefill(0, 0, PROMPT, 1).argmax(0);
    }
  }

  private static ModelPackage original() {
    return ModelPackages.open(Fixtures.genaiFp32());
  }

  /** The fp32 package with another graph over the same weights. */
  private ModelPackage changed(UnaryOperator<GraphProto> change) throws IOException {
    for (String file : new String[] {"genai_config.json", "model.onnx.data", "tokenizer.json"}) {
      Files.copy(Fixtures.genaiFp32().resolve(file), folder.resolve(file));
    }
    ModelProto model = read(Fixtures.genaiFp32());
    Files.write(
        folder.resolve("model.onnx"),
        model.toBuilder().setGraph(change.apply(model.getGraph())).build().toByteArray());
    return ModelPackages.open(folder);
  }

  private static GraphProto endInIdentity(GraphProto graph) {
    int head = index(graph, "/lm_head/MatMul");
    NodeProto.Builder product = graph.getNode(head).toBuilder().setOutput(0, "raw");
    NodeProto identity =
        NodeProto.newBuilder().setOpType("Identity").addInput("raw").addOutput("logits").build();
    return graph.toBuilder().setNode(head, product).addNode(identity).build();
  }

  private static int index(GraphProto graph, String name) {
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getName().equals(name)) {
        return i;
      }
    }
    throw new AssertionError("no node " + name);
  }

  private static ModelProto read(Path folder) throws IOException {
    return readFile(folder.resolve("model.onnx"));
  }

  private static ModelProto readFile(Path graph) throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(graph));
  }
}
