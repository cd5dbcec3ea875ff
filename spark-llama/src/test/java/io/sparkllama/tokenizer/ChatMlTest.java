package io.sparkllama.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tiny model with its control tokens renamed to those of ChatML, or to none. */
class ChatMlTest {

  private static final int BEGIN = 4085;
  private static final int START = 4091;
  private static final int END = 4094;

  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void copyModel() {
    folder = Fixtures.copy(Fixtures.genaiInt4(), temp);
  }

  @Test
  void messagesStandBetweenTheirControlIds() throws IOException {
    ModelPackage model = openWith("<|im_start|>", "<|im_end|>");
    assertThat(model.chatStyle()).contains(ChatStyle.CHATML);
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      String content = " spaces stay <|im_end|> ";
      Tokens expected =
          Tokens.join(
              List.of(
                  Tokens.of(BEGIN, START),
                  tokenizer.encode("user\n" + content),
                  Tokens.of(END),
                  tokenizer.encode("\n"),
                  Tokens.of(START),
                  tokenizer.encode("assistant\n")));
      Tokens chat = tokenizer.encodeChat(List.of(ChatMessage.user(content)));
      assertThat(chat.toArray()).isEqualTo(expected.toArray());
      assertThat(chat.stream().filter(id -> id == END)).hasSize(1);
    }
  }

  @Test
  void aTokenThatIsAlsoBosOpensTheConversationOnce() throws IOException {
    Path config = folder.resolve("genai_config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"bos_token_id\": " + BEGIN, "\"bos_token_id\": " + START));
    Path tokenizerConfig = folder.resolve("tokenizer_config.json");
    Files.writeString(tokenizerConfig, "{\"add_bos_token\": true}");
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(openWith("<|im_start|>", "<|im_end|>"))) {
      Tokens chat = tokenizer.encodeChat(List.of(ChatMessage.user("a")));
      assertThat(chat.at(0)).isEqualTo(START);
      assertThat(chat.at(1)).isEqualTo(tokenizer.encode("user\na").at(0));
      assertThat(tokenizer.encodePrompt("a").at(0)).isEqualTo(START);
    }
  }

  @Test
  void withoutAChatStyleMessagesAreRefused() throws IOException {
    ModelPackage model = openWith("<|one|>", "<|two|>");
    assertThat(model.chatStyle()).isEmpty();
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(model)) {
      assertThatThrownBy(() -> tokenizer.encodeChat(List.of(ChatMessage.user("secret"))))
          .isInstanceOf(RequestException.class)
          .hasMessageContainingAll("no chat layout", "plain prompt")
          .hasMessageNotContaining("secret");
      assertThat(tokenizer.encodePrompt("a").length()).isEqualTo(2);
    }
  }

  private ModelPackage openWith(String start, String end) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(
        file,
        Files.readString(file).replace("<|start_header_id|>", start).replace("<|eot_id|>", end));
    return ModelPackages.open(folder);
  }
}
