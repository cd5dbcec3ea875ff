package io.sparkllama.runtime;

import io.sparkllama.errors.ModelException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.TensorProto;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.ValueInfoProto;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A package's graph in the form that decoders expect: logits only at the positions that {@value
 * LogitsSelection#INPUT} names, with the most likely token of each.
 *
 * @param model the graph; large weights stay in their external file
 * @param packings weights that the session packs when it is opened
 */
record ServingGraph(ModelProto model, List<Packing> packings) {

  /** A graph that takes its weights as they are. */
  static ServingGraph of(ModelProto model) {
    return new ServingGraph(model, List.of());
  }

  static ServingGraph read(ModelPackage source, DecoderOptions options) {
    if (!options.device().equals(ComputeDevice.CPU)) {
      return ServingGraph.of(
          DeviceGraph.of(
              source.graph(),
              withChosenLogits(source, options.device()),
              source.architecture().vocabularySize(),
              options.device()));
    }
    ModelProto serving = asked(source);
    return ownAttention(source, serving, options)
        .map(model -> ownOperators(model, options.threads()))
        .orElse(ServingGraph.of(serving));
  }

  /** The package's own graph with the inputs and outputs of a serving graph. */
  static ModelProto asked(ModelPackage source) {
    ModelProto serving = NextTokens.append(withChosenLogits(source, ComputeDevice.CPU));
    requireFloatCache(source, serving);
    return serving;
  }

  private static ModelProto withChosenLogits(ModelPackage source, ComputeDevice device) {
    ModelProto model = stored(source);
    PrepackedWeights.requireReaders(source.graph(), model.getGraph(), device);
    return LogitsSelection.insert(
        source.graph(),
        model,
        source.architecture().hiddenSize(),
        source.architecture().vocabularySize());
  }

  /** The package's own graph. */
  static ModelProto stored(ModelPackage source) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(source.graph()))) {
      return ModelProto.parseFrom(in);
    } catch (IOException e) {
      throw new ModelException(
          "Cannot read " + source.graph() + " as an ONNX model. Export or copy the model again.",
          e);
    }
  }

  /** The same graph with {@link SlotAttention}, where that can be. */
  static Optional<ModelProto> ownAttention(
      ModelPackage source, ModelProto serving, DecoderOptions options) {
    return options.attention() == Attention.OWN && NativeOperators.library().isPresent()
        ? SlotAttention.insert(
            serving,
            source.architecture(),
            CacheType.of(source, options.attention()),
            options.threads())
        : Optional.empty();
  }

  private static ServingGraph ownOperators(ModelProto model, int threads) {
    ServingGraph graph =
        TokenProducts.insert(ServingGraph.of(TokenQuantization.insert(model, threads)), threads);
    GraphProto flat = FlatAttention.insert(graph.model().getGraph());
    GraphProto gated = GatedProducts.insert(flat, threads);
    GraphProto chosen = NextTokens.fuse(TokenNorms.insert(gated, threads), threads);
    return BlockProducts.insert(graph.with(chosen), threads);
  }

  /** The graph with other nodes, and weights that they take packed. */
  ServingGraph with(List<NodeProto> nodes, Collection<? extends Packing> packed) {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearNode().addAllNode(nodes);
    packed.forEach(packing -> graph.addInitializer(packing.packed()));
    return new ServingGraph(
        model.toBuilder().setGraph(LiveNodes.keep(graph.build())).build(),
        Stream.concat(packings.stream(), packed.stream()).toList());
  }

  private ServingGraph with(GraphProto graph) {
    return new ServingGraph(model.toBuilder().setGraph(graph).build(), packings);
  }

  /** A part of the graph, with the weights of it that are packed. */
  ServingGraph cut(GraphProto part) {
    Set<String> weights =
        part.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    return new ServingGraph(
        model.toBuilder().setGraph(part).build(),
        packings.stream().filter(packing -> weights.contains(packing.packed().getName())).toList());
  }

  /** Whether attention keeps past and present in one buffer and takes rows padded at the right. */
  boolean groupQueryAttention() {
    return model.getGraph().getNodeList().stream()
        .anyMatch(node -> node.getOpType().equals("GroupQueryAttention"));
  }

  /** Whether attention is {@link SlotAttention}. */
  boolean slotAttention() {
    return hasInput(SlotAttention.LAYOUT);
  }

  /** Whether the most likely tokens are told by an operator of our own. */
  boolean ownNextTokens() {
    return model.getGraph().getNodeList().stream()
        .anyMatch(node -> node.getOpType().equals(NextTokens.OPERATOR));
  }

  /** Whether passes work on the slots themselves, not on copies. */
  boolean sharesCache() {
    return slotAttention() || groupQueryAttention();
  }

  /** How many layers have their keys and values in the graph. */
  int layers() {
    return (int)
            model.getGraph().getInputList().stream()
                .filter(input -> input.getName().startsWith(DeviceGraph.CACHE))
                .count()
        / 2;
  }

  /** Whether keys and values stay in the memory of a device. */
  boolean onDevice() {
    return hasInput(DeviceGraph.LAST_POSITIONS);
  }

  /** How the graph itself has keys and values. */
  CacheType cacheType() {
    return CacheType.of(model.getGraph()).orElseThrow();
  }

  boolean hasInput(String name) {
    return inputs(model.getGraph(), name);
  }

  private static boolean inputs(GraphProto graph, String name) {
    return graph.getInputList().stream().anyMatch(input -> input.getName().equals(name));
  }

  private static void requireFloatCache(ModelPackage source, ModelProto model) {
    for (ValueInfoProto input : model.getGraph().getInputList()) {
      int type = input.getType().getTensorType().getElemType();
      if (input.getName().startsWith("past_key_values.") && type != DataType.FLOAT_VALUE) {
        throw new ModelException(
            "Cannot run "
                + source.graph()
                + " on the CPU: "
                + input.getName()
                + " has ONNX element type "
                + type
                + ", expected 1 (float32). Use an fp32, int8 or int4 export of the model for CPUs, or"
                + " the device cuda.");
      }
    }
  }
}
