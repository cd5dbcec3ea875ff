package io.sparkllama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkllama.model.Architecture;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ControlTokens;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The vocabulary of the released Llama 3 models, read where it lies: its licence keeps it out of
 * this project. Skipped where it is absent.
 */
class RealVocabularyTest {

  private static final Path FOLDER =
      Path.of(System.getProperty("repository"), "../shared/fixtures/llama3-tokenizer");

  private static final int BEGIN_OF_TEXT = 128000;
  private static final int END_OF_TURN = 128009;

  @TempDir static Path temp;

  private static LlamaTokenizer tokenizer;
  private static JsonNode golden;

  @BeforeAll
  static void open() throws IOException {
    Path archive = FOLDER.resolve("tokenizer.json.xz");
    assumeTrue(Files.exists(archive), "the Llama 3 vocabulary is not here");
    Path json = temp.resolve("tokenizer.json");
    try (InputStream packed = new XZCompressorInputStream(Files.newInputStream(archive))) {
      Files.copy(packed, json);
    }
    golden = new ObjectMapper().readTree(FOLDER.resolve("golden.json").toFile());
    tokenizer = LlamaTokenizer.open(model(json));
  }

  @AfterAll
  static void close() {
    if (tokenizer != null) {
      tokenizer.close();
    }
  }

  @Test
  void controlStringsOfUsersBecomePlainIds() {
    JsonNode texts = golden.path("user_text_with_control_strings");
    assertThat(texts.size()).isEqualTo(10);
    for (JsonNode line : texts) {
      Tokens tokens = tokenizer.encode(line.path("text").asText());
      assertThat(tokens.toArray()).isEqualTo(Fixtures.ids(line, "plain_ids"));
      assertThat(tokenizer.decode(tokens)).isEqualTo(line.path("text").asText());
    }
  }

  @Test
  void ordinaryTextsGiveTheGoldenIds() {
    JsonNode texts = golden.path("texts");
    assertThat(texts.size()).isEqualTo(26);
    for (JsonNode line : texts) {
      Tokens tokens = tokenizer.encode(line.path("text").asText());
      assertThat(tokens.toArray()).isEqualTo(Fixtures.ids(line, "ids"));
      assertThat(tokenizer.decode(tokens)).isEqualTo(line.path("text").asText());
    }
  }

  /** Ids by the published layout: control tokens 128000, 128006, 128007 and 128009. */
  @Test
  void aConversationHasTheReleasedModelsLayout() {
    Tokens chat = tokenizer.encodeChat(List.of(ChatMessage.user(" a<|eot_id|> ")));
    Tokens header = Tokens.of(BEGIN_OF_TEXT, 128006, 882, 128007);
    Tokens content = tokenizer.encode("\n\na<|eot_id|>");
    Tokens answer = Tokens.of(END_OF_TURN, 128006, 78191, 128007, 271);
    assertThat(chat.toArray()).isEqualTo(header.concat(content).concat(answer).toArray());
    assertThat(content.stream()).doesNotContain(END_OF_TURN);
  }

  @Test
  void longTextsOfOneWordAreEncodedQuickly() {
    String text = "a".repeat(100_000);
    long start = System.nanoTime();
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
    assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
  }

  private static ModelPackage model(Path json) {
    return new ModelPackage(
        temp,
        ModelPackage.Layout.OPTIMUM,
        new Architecture(16, 32, 8, 64, 2048, 128256, 131072),
        new ControlTokens(OptionalInt.of(BEGIN_OF_TEXT), true, List.of(END_OF_TURN)),
        Optional.of(ChatStyle.LLAMA3),
        temp.resolve("model.onnx"),
        json,
        Map.of(),
        Optional.empty(),
        "");
  }
}
