package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Answers;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packages made from GGUF files against what transformers answers with the same weights. */
class ConverterTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"Q4_0", "Q8_0"})
  void fp32PackagesGiveTheIdsOfTheDequantizedFile(String type) {
    ModelPackage model = convert(type, Precision.FP32, RopeFactors.AUTO);
    assertThat(Answers.different(model, "tiny-llama3/golden-gguf-" + type + ".jsonl")).isEmpty();
  }

  /**
   * The model was trained with the scaling, so with it even 8-bit weights answer as the original.
   */
  @Test
  void appliedRopeFactorsGiveTheIdsOfTheOriginalModel() {
    ModelPackage model = convert("Q8_0", Precision.FP32, RopeFactors.APPLY);
    assertThat(Answers.different(model, "tiny-llama3/golden-fp32.jsonl")).isEmpty();
  }

  @Test
  void aTransformersFolderGivesTheIdsOfTheOriginalModel() {
    Path target = folder.resolve("package");
    Converter.convert(ConversionRequest.of(Fixtures.transformers(), target, Precision.FP32));
    assertThat(Answers.different(ModelPackages.open(target), "tiny-llama3/golden-fp32.jsonl"))
        .isEmpty();
  }

  /**
   * The folder's configuration has the scaling that the file's divisors stand for, so the answers
   * are the original's without asking for the divisors.
   */
  @Test
  void configurationAndTokenizerMayComeFromAnotherFolder() throws IOException {
    Path texts = Fixtures.copy(Fixtures.transformers(), folder.resolve("texts"));
    Files.delete(texts.resolve("model.safetensors"));
    Path target = folder.resolve("package");
    Converter.convert(
        ConversionRequest.of(Fixtures.gguf("Q8_0"), target, Precision.FP32)
            .withConfig(texts.toString()));
    assertThat(target.resolve("tokenizer.json"))
        .hasSameBinaryContentAs(texts.resolve("tokenizer.json"));
    assertThat(Answers.different(ModelPackages.open(target), "tiny-llama3/golden-fp32.jsonl"))
        .isEmpty();
  }

  @Test
  void aMergedAdapterGivesTheIdsOfPeft() {
    Path target = folder.resolve("package");
    Converter.convert(
        ConversionRequest.of(Fixtures.transformers(), target, Precision.FP32)
            .withMergeAdapter(Fixtures.lora()));
    assertThat(Answers.different(ModelPackages.open(target), "tiny-llama3/golden-lora-fp32.jsonl"))
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"W8A8", "INT8"})
  void eightBitPackagesAgreeOnMostAnswers(Precision precision) {
    ModelPackage model = convert("Q8_0", precision, RopeFactors.APPLY);
    assertThat(Answers.different(model, "tiny-llama3/golden-fp32.jsonl"))
        .hasSizeLessThanOrEqualTo(4);
  }

  @Test
  void rebuildsTheTokenizerOfTheFile() {
    ModelPackage model = convert("Q4_0", Precision.INT4, RopeFactors.AUTO);
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      for (JsonNode row : Fixtures.golden("tiny-llama3/golden-fp32.jsonl")) {
        List<ChatMessage> messages = new ArrayList<>();
        row.get("messages")
            .forEach(
                message ->
                    messages.add(
                        new ChatMessage(
                            message.get("role").asText(), message.get("content").asText())));
        assertThat(tokenizer.encodeChat(messages))
            .isEqualTo(Tokens.of(Fixtures.ids(row, "prompt_ids")));
      }
    }
    assertThat(model.controlTokens().stop()).contains(4086, 4093, 4094);
    assertThat(model.controlTokens().beginOfText()).hasValue(4085);
  }

  private ModelPackage convert(String type, Precision precision, RopeFactors ropeFactors) {
    Path target = folder.resolve("package");
    Converter.convert(
        ConversionRequest.of(Fixtures.gguf(type), target, precision).withRopeFactors(ropeFactors));
    return ModelPackages.open(target);
  }
}
