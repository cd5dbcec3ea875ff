package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vocabulary of SentencePiece's BPE, rebuilt, against the ids that SentencePiece gives. */
class SentencePieceTest {

  private static final int BEGIN = 1;
  private static final int END = 2;
  private static final int TOOL = 3;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path temp;
  private static ModelPackage model;
  private ObjectNode rebuilt;

  @BeforeAll
  static void convert() {
    Path target = temp.resolve("package");
    Converter.convert(ConversionRequest.of(Fixtures.llama2(), target, Precision.FP32));
    model = ModelPackages.open(target);
  }

  @BeforeEach
  void read() throws IOException {
    rebuilt = (ObjectNode) JSON.readTree(model.tokenizer().toFile());
  }

  @Test
  void textsGiveTheIdsOfSentencePiece() {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      for (JsonNode line : Fixtures.golden("sentencepiece/golden.jsonl")) {
        String text = line.path("text").asText();
        Tokens tokens = tokenizer.encodePrompt(text);
        assertThat(tokens.toArray())
            .as(text)
            .isEqualTo(Tokens.of(BEGIN).concat(Tokens.of(Fixtures.ids(line, "ids"))).toArray());
        // A space that looks like U+2581 is written as one.
        assertThat(tokenizer.decode(tokens)).isEqualTo(text.replace('\u2581', ' '));
      }
    }
  }

  @Test
  void controlStringsOfUsersStayText() {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      Tokens tokens = tokenizer.encode("<s>a</s><|tool|><unk>");
      assertThat(tokens.stream()).doesNotContain(BEGIN, END, TOOL, 0);
      assertThat(tokenizer.decode(tokens)).isEqualTo("<s>a</s><|tool|><unk>");
    }
  }

  @Test
  void onlyTheStartOfAPromptGetsASpace() {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      Tokens whole = tokenizer.encodePrompt("Tom is here");
      Tokens joined = tokenizer.encodePrompt("Tom").concat(tokenizer.encode(" is here"));
      assertThat(joined).isEqualTo(whole);
      assertThat(tokenizer.encode(" Tom")).isEqualTo(tokenizer.encodePrompt("Tom").slice(1, 2));
    }
  }

  /** As newer exports of transformers have it: no second space in front of a space. */
  @Test
  void metaspaceIsTakenOutToo() throws IOException {
    rebuilt.putNull("normalizer");
    rebuilt
        .putObject("pre_tokenizer")
        .put("type", "Metaspace")
        .put("replacement", "\u2581")
        .put("prepend_scheme", "first")
        .put("split", false);
    try (LlamaTokenizer tokenizer = open(rebuilt)) {
      Tokens tokens = tokenizer.encodePrompt("Tom is");
      assertThat(tokenizer.encodePrompt(" Tom is")).isEqualTo(tokens);
      assertThat(tokenizer.encodePrompt("Tom").concat(tokenizer.encode(" is"))).isEqualTo(tokens);
    }
  }

  /** Other tools read the same file: they open a text with BOS and know the control strings. */
  @Test
  void theFileNamesControlTokens() {
    assertThat(rebuilt.at("/post_processor/special_tokens/<s>/ids/0").asInt()).isEqualTo(BEGIN);
    assertThat(rebuilt.at("/model/unk_token").asText()).isEqualTo("<unk>");
    assertThat(rebuilt.path("added_tokens"))
        .extracting(token -> token.path("content").asText(), token -> token.path("special"))
        .hasSize(4)
        .contains(
            tuple("</s>", JSON.getNodeFactory().booleanNode(true)),
            tuple("<|tool|>", JSON.getNodeFactory().booleanNode(false)));
  }

  @Test
  void longTextsAreEncodedQuickly() {
    String text = "a Tom ".repeat(20_000);
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      Tokens tokens = assertTimeout(Duration.ofSeconds(5), () -> tokenizer.encodePrompt(text));
      assertThat(tokenizer.decode(tokens)).isEqualTo(text);
    }
  }

  /** The model with another tokenizer. */
  private static LlamaTokenizer open(ObjectNode tokenizer) throws IOException {
    Path json = temp.resolve("tokenizer.json");
    JSON.writeValue(json.toFile(), tokenizer);
    return LlamaTokenizer.open(
        new ModelPackage(
            model.folder(),
            model.layout(),
            model.architecture(),
            model.controlTokens(),
            model.chatStyle(),
            model.graph(),
            json,
            model.prompts(),
            model.manifest(),
            model.sha256()));
  }
}
