package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.testing.Fixtures;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An export of onnxruntime-genai's builder with matmulnbits_weights_prepacked=1. */
class PrepackedWeightsTest {

  private static final ComputeDevice GPU = new ComputeDevice.Cuda(0, 0.9);

  @TempDir private Path folder;
  private ModelPackage model;

  @BeforeEach
  void open() {
    model =
        ModelPackages.open(Fixtures.withGraph(Fixtures.genaiCudaInt4(), "cuda-int4-pre1", folder));
  }

  @Test
  void onlyCudasProductsReadThem() {
    for (ComputeDevice device : List.of(ComputeDevice.CPU, new ComputeDevice.CpuAsGpu())) {
      assertThatThrownBy(() -> ServingGraph.read(model, on(device)))
          .isInstanceOf(ModelException.class)
          .hasMessage(
              "Cannot run %s on %s: found weights in the layout of CUDA's products, expected blocks. Export the model without matmulnbits_weights_prepacked, or use the device cuda.",
              model.graph(), device.label());
    }
  }

  @Test
  void noEmbeddingReadsThem() {
    assertThatThrownBy(() -> ServingGraph.read(model, on(GPU)))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "Cannot run %s: found an embedding that reads the head's weights in the layout of CUDA's products, expected blocks. Export the model without matmulnbits_weights_prepacked, or with shared_embeddings=false.",
            model.graph());
  }

  @Test
  void aGpuTakesThemForProductsAlone() {
    GraphProto graph = ServingGraph.stored(model).getGraph();
    GraphProto.Builder products = graph.toBuilder().clearNode();
    graph.getNodeList().stream()
        .filter(node -> !node.getOpType().equals("GatherBlockQuantized"))
        .forEach(products::addNode);
    assertThatCode(() -> PrepackedWeights.requireReaders(model.graph(), products.build(), GPU))
        .doesNotThrowAnyException();
  }

  private static DecoderOptions on(ComputeDevice device) {
    return new DecoderOptions(1, 64, 1).on(device);
  }
}
