package io.sparkllama.runtime;

import io.sparkllama.model.Architecture;
import io.sparkllama.onnx.AttributeProto;
import io.sparkllama.onnx.GraphProto;
import io.sparkllama.onnx.ModelProto;
import io.sparkllama.onnx.NodeProto;
import io.sparkllama.onnx.OnnxParts;
import io.sparkllama.onnx.TensorProto.DataType;
import io.sparkllama.onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts spark-llama's own attention in the place of GroupQueryAttention. A pass is then one sequence
 * of tokens of any slots, and an input tells for each where it belongs and what it sees; keys and
 * values are written into the cache in place.
 */
final class SlotAttention {

  /** Input {@code int32[tokens, 6]}; see {@link PassLayout}. */
  static final String LAYOUT = "spark_llama/layout";

  /** Sizes of heads and slots are multiples of this. */
  static final int LANES = 16;

  static final String OPERATOR = "SlotAttention";

  private static final String REPLACED = "GroupQueryAttention";
  private static final String PAST = "past_key_values.";
  private static final String PRESENT = "present.";

  /** Attributes of the replaced operator that change nothing when they have these values. */
  private static final Map<String, Long> NEUTRAL =
      Map.of(
          "local_window_size",
          -1L,
          "rotary_interleaved",
          0L,
          "smooth_softmax",
          0L,
          "do_rotary",
          1L);

  private static final Set<String> KNOWN =
      Set.of("num_heads", "kv_num_heads", "scale", "do_rotary", "rotary_interleaved");

  private SlotAttention() {}

  /**
   * The same model with the operator; none where its attention is of another kind.
   *
   * @param type how the cache stores numbers
   * @param threads native threads of the session
   */
  static Optional<ModelProto> insert(
      ModelProto model, Architecture numbers, CacheType type, int threads) {
    List<NodeProto> nodes = model.getGraph().getNodeList();
    List<NodeProto> replaced =
        nodes.stream().filter(node -> node.getOpType().equals(REPLACED)).toList();
    if (replaced.isEmpty()
        || !fits(numbers)
        || !replaced.stream().allMatch(SlotAttention::replaceable)) {
      return Optional.empty();
    }
    List<NodeProto> changed = new ArrayList<>();
    for (NodeProto node : nodes) {
      if (node.getOpType().equals(REPLACED)) {
        changed.addAll(replacement(node, numbers.headSize(), threads));
      } else {
        changed.add(node);
      }
    }
    return Optional.of(graph(model.getGraph(), changed, type))
        .filter(SlotAttention::needsNoMore)
        .map(
            graph -> model.toBuilder().addOpsetImport(NativeOperators.SET).setGraph(graph).build());
  }

  /** Whether the operator can have heads of such a size. */
  static boolean fits(Architecture numbers) {
    return numbers.headSize() % LANES == 0;
  }

  /** Nothing is left that looks at lengths or positions for purposes of its own. */
  private static boolean needsNoMore(GraphProto graph) {
    Set<String> given = new HashSet<>(Set.of("input_ids", LogitsSelection.INPUT, LAYOUT));
    graph.getInitializerList().forEach(weight -> given.add(weight.getName()));
    return graph.getInputList().stream()
        .map(ValueInfoProto::getName)
        .allMatch(name -> given.contains(name) || name.startsWith(PAST));
  }

  /** Rotates itself, and has neither a bias, nor positions, nor a window of its own. */
  private static boolean replaceable(NodeProto node) {
    Map<String, AttributeProto> attributes =
        node.getAttributeList().stream()
            .collect(Collectors.toMap(AttributeProto::getName, Function.identity()));
    boolean plain =
        attributes.values().stream()
            .allMatch(
                attribute ->
                    NEUTRAL.containsKey(attribute.getName())
                        ? NEUTRAL.get(attribute.getName()) == attribute.getI()
                        : KNOWN.contains(attribute.getName()) || unset(attribute));
    return plain
        && attributes.containsKey("do_rotary")
        && node.getInputCount() >= 9
        && node.getInputList().stream().skip(9).allMatch(String::isEmpty);
  }

  private static boolean unset(AttributeProto attribute) {
    return attribute.getI() == 0 && attribute.getF() == 0;
  }

  private static List<NodeProto> replacement(NodeProto node, int headSize, int threads) {
    List<NodeProto> nodes = new ArrayList<>();
    String packed = node.getInput(0);
    if (!node.getInput(1).isEmpty()) {
      packed = node.getOutput(0) + "/packed";
      nodes.add(
          OnnxParts.node(
              "Concat",
              packed,
              node.getInputList().subList(0, 3),
              OnnxParts.attribute("axis", -1)));
    }
    nodes.add(
        node(
            node.getOutput(0),
            List.of(
                packed,
                node.getInput(3),
                node.getInput(4),
                LAYOUT,
                node.getInput(7),
                node.getInput(8)),
            number(node, "num_heads"),
            scale(node, headSize),
            threads));
    return nodes;
  }

  /**
   * The operator.
   *
   * @param inputs packed queries, keys and values of each token; cache of keys, cache of values;
   *     layout; cosines; sines
   */
  static NodeProto node(String output, List<String> inputs, long heads, float scale, int threads) {
    return NativeOperators.node(
        OPERATOR,
        output,
        inputs,
        threads,
        OnnxParts.attribute("num_heads", heads),
        OnnxParts.attribute("scale", scale));
  }

  private static long number(NodeProto node, String name) {
    return OnnxParts.attribute(node, name).orElseThrow().getI();
  }

  /** 0, as a missing one, stands for the usual scale. */
  private static float scale(NodeProto node, int headSize) {
    float scale = OnnxParts.attribute(node, "scale").map(AttributeProto::getF).orElse(0f);
    return scale == 0 ? (float) (1 / Math.sqrt(headSize)) : scale;
  }

  /** Without what only told of lengths, and without outputs for the cache. */
  private static GraphProto graph(GraphProto graph, List<NodeProto> nodes, CacheType type) {
    List<ValueInfoProto> outputs =
        graph.getOutputList().stream()
            .filter(output -> !output.getName().startsWith(PRESENT))
            .toList();
    GraphProto live =
        LiveNodes.keep(
            graph.toBuilder()
                .clearNode()
                .addAllNode(nodes)
                .clearOutput()
                .addAllOutput(outputs)
                .build());
    GraphProto.Builder changed = live.toBuilder().clearInput();
    live.getInputList().stream()
        .map(input -> input.getName().startsWith(PAST) ? cache(input, type) : input)
        .forEach(changed::addInput);
    return changed
        .addInput(OnnxParts.value(LAYOUT, DataType.INT32_VALUE, "tokens", PassLayout.FIELDS))
        .build();
  }

  private static ValueInfoProto cache(ValueInfoProto input, CacheType type) {
    return OnnxParts.value(
        input.getName(), type.elementType(), "slots", "heads", "capacity", "head_size");
  }
}
