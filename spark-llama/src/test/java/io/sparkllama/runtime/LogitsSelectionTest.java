package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogitsSelectionTest {

  private static final Tokens PROMPT = Tokens.of(4085, 597, 70, 1791, 300, 301);

  @TempDir private Path folder;

  @Test
  void selectsBeforeTheHeadsProduct() throws IOException {
    GraphProto graph = LogitsSelection.insert(read(Fixtures.genaiFp32()), 192, 4096).getGraph();
    int selection = index(graph, "spark_llama/select");
    int head = index(graph, "/lm_head/MatMul");
    assertThat(selection).isLessThan(head);
    assertThat(graph.getNode(head).getInput(0)).isEqualTo(graph.getNode(selection).getOutput(0));
  }

  @Test
  void leavesAGraphThatHasTheInputAlone() throws IOException {
    ModelProto once = LogitsSelection.insert(read(Fixtures.genaiFp32()), 192, 4096);
    assertThat(LogitsSelection.insert(once, 192, 4096)).isSameAs(once);
  }

  @Test
  void selectsAfterAHeadThatEndsInAnotherNode() throws IOException {
    assertThat(best(changed(LogitsSelectionTest::endInIdentity))).isEqualTo(best(original()));
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
    return ModelProto.parseFrom(Files.readAllBytes(folder.resolve("model.onnx")));
  }
}
