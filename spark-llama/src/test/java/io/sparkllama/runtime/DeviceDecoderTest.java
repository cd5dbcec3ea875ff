package io.sparkllama.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.sparkllama.errors.EngineException;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a GPU on the processor, against the processor's own and transformers' answers. */
class DeviceDecoderTest {

  private static final DecoderOptions OPTIONS =
      new DecoderOptions(4, 256, 1).on(new ComputeDevice.CpuAsGpu());

  private static final ModelPackage MODEL = ModelPackages.open(Fixtures.genaiFp32());
  @TempDir private Path folder;

  private static final Tokens PROMPT = Tokens.of(IntStream.range(300, 340).toArray());

  @Test
  void logitsAreThoseOfTheProcessorsDecoder() {
    try (Decoder device = open();
        Decoder own = Decoders.open(MODEL, new DecoderOptions(4, 256, 1))) {
      assertThat(device).isInstanceOf(DeviceDecoder.class);
      assertClose(device.prefill(2, 0, PROMPT, 3), own.prefill(2, 0, PROMPT, 3), 3);
      Tokens more = Tokens.of(700, 701);
      assertClose(device.prefill(2, 40, more, 1), own.prefill(2, 40, more, 1), 1);
      device.prefill(0, 0, PROMPT.slice(0, 7), 1);
      own.prefill(0, 0, PROMPT.slice(0, 7), 1);
      int[] past = {7, 0, 42};
      int[] tokens = {11, 0, 12};
      assertClose(device.decode(3, tokens, past), own.decode(3, tokens, past), 3);
    }
  }

  private static void assertClose(Logits found, Logits expected, int rows) {
    for (int row = 0; row < rows; row++) {
      float[] scores = found.copyOfRow(row);
      float[] right = expected.copyOfRow(row);
      for (int token = 0; token < right.length; token++) {
        assertThat(scores[token]).isCloseTo(right[token], within(1e-4f));
      }
      assertThat(found.argmax(row)).isEqualTo(expected.argmax(row));
      assertThat(found.logProbabilities(row, 5, 900))
          .containsExactly(expected.logProbabilities(row, 5, 900), within(1e-4));
    }
  }

  /** Of different lengths, so all but one are padded; steps go on behind each prompt's own end. */
  @Test
  void promptsReadSideBySideAreAsIfEachWereReadAlone() {
    List<Tokens> prompts = List.of(PROMPT.slice(0, 7), PROMPT, PROMPT.slice(5, 28));
    try (Decoder device = open();
        Decoder own = Decoders.open(MODEL, new DecoderOptions(4, 256, 1))) {
      device.prefill(0, 0, PROMPT.slice(3, 12), 1);
      own.prefill(0, 0, PROMPT.slice(3, 12), 1);
      Logits together = device.batched().orElseThrow().read(1, prompts);
      for (int i = 0; i < prompts.size(); i++) {
        float[] right = own.prefill(1 + i, 0, prompts.get(i), 1).copyOfRow(0);
        assertThat(together.copyOfRow(i))
            .usingComparatorWithPrecision(1e-4f)
            .containsExactly(right);
      }
      int[] past = {9, 7, 40, 23};
      int[] tokens = {11, 12, 13, 14};
      assertClose(device.decode(4, tokens, past), own.decode(4, tokens, past), 4);
    }
  }

  @Test
  void aCopiedStartIsReadAsIfItWereTheSlotsOwn() {
    try (Decoder decoder = open()) {
      float[] expected = decoder.prefill(1, 0, PROMPT, 1).copyOfRow(0);
      decoder.prefill(3, 0, Tokens.of(9, 8, 7, 6, 5), 1);
      decoder.copyPrefix(1, 3, 30);
      float[] found = decoder.prefill(3, 30, PROMPT.slice(30, 40), 1).copyOfRow(0);
      for (int token = 0; token < expected.length; token++) {
        assertThat(found[token]).isCloseTo(expected[token], within(1e-4f));
      }
      // What lay behind in the other slot is not touched.
      assertThat(decoder.prefill(1, 39, PROMPT.slice(39, 40), 1).copyOfRow(0))
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(expected);
    }
  }

  @Test
  void lengthsBeyondASlotAreRefused() {
    try (Decoder decoder = open()) {
      assertThatThrownBy(() -> decoder.prefill(0, 220, PROMPT, 1))
          .isInstanceOf(EngineException.class)
          .hasMessage(
              "Cannot read 40 tokens behind 220: found a slot of 256. Send the request to an"
                  + " engine with a larger capacity.");
      assertThatThrownBy(() -> decoder.decode(2, new int[2], new int[] {3, 256}))
          .isInstanceOf(EngineException.class);
    }
  }

  /** All that a pass takes beside keys and values: an id, two indices, and the longest length. */
  @ParameterizedTest
  @ValueSource(strings = {"fp32", "int4"})
  void aStepHandsOverTwentyBytesARowAndFourMore(String export) {
    Path folder = export.equals("fp32") ? Fixtures.genaiFp32() : Fixtures.genaiInt4();
    ServingGraph graph = ServingGraph.read(ModelPackages.open(folder), OPTIONS);
    List<String> inputs =
        graph.model().getGraph().getInputList().stream()
            .map(ValueInfoProto::getName)
            .filter(name -> !name.startsWith("past_key_values."))
            .toList();
    assertThat(inputs)
        .containsExactlyInAnyOrder(
            "input_ids",
            "logits_indices",
            "spark_llama/last_positions",
            "spark_llama/total_length");
    assertThat(graph.model().getGraph().getOutputList())
        .extracting(ValueInfoProto::getName)
        .filteredOn(name -> !name.startsWith("present."))
        .containsExactlyInAnyOrder(
            "logits", "spark_llama/candidates", "spark_llama/candidate_scores", "spark_llama/sums");
  }

  /** As onnxruntime-genai's builder exports for CUDA; 16 bits are 3 decimal places of a logit. */
  @Test
  void logitsOfSixteenBitsAreWidened() throws IOException {
    Path copy = Fixtures.copy(Fixtures.genaiFp32(), folder);
    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(copy.resolve("model.onnx")));
    GraphProto.Builder graph = model.getGraph().toBuilder();
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      int logits = node.getOutputList().indexOf("logits");
      if (logits >= 0) {
        node.setOutput(logits, "wide");
      }
    }
    for (ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
      if (output.getName().equals("logits")) {
        output.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.FLOAT16_VALUE);
      }
    }
    graph.addNode(
        OnnxParts.node(
            "Cast", "logits", List.of("wide"), OnnxParts.attribute("to", DataType.FLOAT16_VALUE)));
    Files.write(
        copy.resolve("model.onnx"), model.toBuilder().setGraph(graph).build().toByteArray());
    try (Decoder narrow = Decoders.open(ModelPackages.open(copy), OPTIONS);
        Decoder wide = open()) {
      float[] found = narrow.prefill(0, 0, PROMPT, 1).copyOfRow(0);
      float[] expected = wide.prefill(0, 0, PROMPT, 1).copyOfRow(0);
      for (int token = 0; token < expected.length; token++) {
        assertThat(found[token])
            .isCloseTo(expected[token], within(1e-4f + Math.abs(expected[token]) / 1024));
      }
    }
  }

  @Test
  void graphsThatCopyTheirCacheAreRefused() {
    ModelPackage optimum = ModelPackages.open(Fixtures.optimumFp32());
    assertThatThrownBy(() -> Decoders.open(optimum, OPTIONS))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("found no operator GroupQueryAttention");
  }

  @Test
  void keysOfThirtyTwoBitsAreRefusedForAGpu() {
    DecoderOptions onGpu = OPTIONS.on(new ComputeDevice.Cuda(0, 0.9));
    assertThatThrownBy(() -> ServingGraph.read(MODEL, onGpu))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("on cuda:0: found past_key_values.0.key with ONNX element type 1,")
        .hasMessageContaining("expected 10 (FLOAT16) or 16 (BFLOAT16). Convert the model with");
  }

  @Test
  void aGpuThatThisBuildCannotUseIsAnError() {
    assumeFalse(CudaSupport.inBuild());
    DecoderOptions onGpu = OPTIONS.on(new ComputeDevice.Cuda(0, 0.9));
    assertThatThrownBy(() -> Decoders.open(MODEL, onGpu))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("Cannot use a GPU: found ONNX Runtime built for CPU");
    assertThat(CudaSupport.obstacle(0))
        .hasValueSatisfying(reason -> assertThat(reason).contains("-Pgpu"));
  }

  private static Decoder open() {
    return Decoders.open(MODEL, OPTIONS);
  }
}
