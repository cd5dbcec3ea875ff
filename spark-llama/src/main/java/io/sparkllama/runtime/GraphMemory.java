package io.sparkllama.runtime;

import io.sparkllama.model.Architecture;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What ONNX Runtime keeps of a graph's constants beside the bytes of their files. */
final class GraphMemory {

  /** A scale as it is read, the same in the packed weights, and the sum of the block there. */
  private static final long BYTES_OF_A_BLOCK = 3L * Float.BYTES;

  /**
   * The same in weights that are packed here: a scale, and what the sum of the block begins with.
   */
  private static final long BYTES_OF_A_PACKED_BLOCK = Float.BYTES + Integer.BYTES;

  private static final Set<String> OTHER_FORMS = Set.of("Transpose", "Reshape");

  private static final long LARGE_BYTES = 256L << 20;
  private static final long ROWS_OF_A_PART = 32_768;

  private GraphMemory() {}

  /** Bytes of all constants of a graph, as they are stored. */
  static long weights(ServingGraph serving) {
    return serving.model().getGraph().getInitializerList().stream()
        .mapToLong(GraphMemory::stored)
        .sum();
  }

  private static long stored(TensorProto tensor) {
    return tensor.getExternalDataList().stream()
        .filter(entry -> entry.getKey().equals("length"))
        .mapToLong(entry -> Long.parseLong(entry.getValue()))
        .findFirst()
        .orElse(tensor.getRawData().size());
  }

  /**
   * Bytes for products in blocks, tables that are read twice, and rotary tables. On a device such
   * products read their blocks as they are.
   */
  static long beside(ServingGraph serving, Architecture numbers) {
    GraphProto graph = serving.model().getGraph();
    return (serving.onDevice() ? 0 : ofBlocks(serving, graph))
        + ofTables(graph, serving.onDevice() ? Set.of() : packed(serving, graph))
        + (nodes(graph, "Cos").isEmpty() ? 0 : rotaryTables(numbers));
  }

  /**
   * Bytes of the largest matrix in blocks as numbers of 16 bits, which CUDA's products make of it
   * for passes of many tokens.
   */
  static long widened(ServingGraph serving) {
    return serving.onDevice()
        ? nodes(serving.model().getGraph(), "MatMulNBits").stream()
            .mapToLong(node -> widened(number(node, "K"), number(node, "N")))
            .max()
            .orElse(0)
        : 0;
  }

  /** As ONNX Runtime 1.29 has it ({@code matmul_nbits.cc}): a large head is widened in parts. */
  static long widened(long inputs, long outputs) {
    long whole = inputs * outputs * Short.BYTES;
    return whole > LARGE_BYTES && outputs > 2 * ROWS_OF_A_PART
        ? inputs * ROWS_OF_A_PART * Short.BYTES
        : whole;
  }

  private static long ofBlocks(ServingGraph serving, GraphProto graph) {
    long bytes = 0;
    for (Packing packing : serving.packings()) {
      if (packing instanceof Packing.OfBlocks blocks) {
        bytes += blocks.outputs() * blocks.blocks() * BYTES_OF_A_PACKED_BLOCK;
      }
    }
    for (NodeProto node : nodes(graph, "MatMulNBits")) {
      bytes += blocks(node) * BYTES_OF_A_BLOCK;
    }
    return bytes;
  }

  /** Weights of which products in blocks make a packed copy. */
  private static Set<String> packed(ServingGraph serving, GraphProto graph) {
    Set<String> packed = new HashSet<>();
    for (Packing packing : serving.packings()) {
      if (packing instanceof Packing.OfBlocks blocks) {
        packed.add(blocks.weights().getName());
      }
    }
    nodes(graph, "MatMulNBits").forEach(node -> packed.add(node.getInput(1)));
    return packed;
  }

  /**
   * The embedding of a tied head: it stays as it is beside the packed copy, or is in another form
   * than the head, which ONNX Runtime makes when the graph is loaded.
   */
  private static long ofTables(GraphProto graph, Set<String> packed) {
    GraphIndex index = new GraphIndex(graph);
    long bytes = 0;
    for (NodeProto node : graph.getNodeList()) {
      if (node.getOpType().equals("MatMulNBits") || node.getInputCount() == 0) {
        continue;
      }
      String table = node.getInput(0);
      boolean turned =
          OTHER_FORMS.contains(node.getOpType())
              && index.onlyReader(table, node.getOpType()).isEmpty();
      if (packed.contains(table) || turned) {
        bytes += index.constant(table).map(GraphMemory::stored).orElse(0L);
      }
    }
    return bytes;
  }

  private static List<NodeProto> nodes(GraphProto graph, String type) {
    return graph.getNodeList().stream().filter(node -> node.getOpType().equals(type)).toList();
  }

  private static long blocks(NodeProto product) {
    long inputs = number(product, "K");
    long block = number(product, "block_size");
    return number(product, "N") * ((inputs + block - 1) / block);
  }

  private static long number(NodeProto node, String name) {
    return OnnxParts.attribute(node, name).map(AttributeProto::getI).orElse(1L);
  }

  /** Cosines and sines for half of a head's values each, made when the graph is loaded. */
  private static long rotaryTables(Architecture numbers) {
    return (long) numbers.contextLength() * numbers.headSize() * Float.BYTES;
  }
}
