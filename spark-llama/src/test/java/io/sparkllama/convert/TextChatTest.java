package io.sparkllama.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ChatStyle;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Conversations whose turns are marked by text, with a vocabulary that has BOS and EOS alone. */
class TextChatTest {

  private static final int BEGIN = 1;
  private static final int END = 2;

  @TempDir private static Path folder;
  private static ModelPackage base;

  @BeforeAll
  static void convert() {
    Path target = folder.resolve("package");
    Converter.convert(ConversionRequest.of(Fixtures.llama2(), target, Precision.INT4));
    base = ModelPackages.open(target);
  }

  @Test
  void conversationsGiveTheGoldenIds() {
    for (JsonNode line : Fixtures.golden("sentencepiece/golden-chat.jsonl")) {
      ChatStyle style = ChatStyle.valueOf(line.path("style").asText());
      List<ChatMessage> messages = new ArrayList<>();
      line.path("messages")
          .forEach(
              message ->
                  messages.add(
                      new ChatMessage(
                          message.path("role").asText(), message.path("content").asText())));
      try (LlamaTokenizer tokenizer = LlamaTokenizer.open(with(style))) {
        assertThat(tokenizer.encodeChat(messages).toArray())
            .as("%s %s", style, line.path("messages"))
            .isEqualTo(Fixtures.ids(line, "ids"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LLAMA2", "ZEPHYR", "PLAIN"})
  void noTextOfAUserBecomesAControlToken(ChatStyle style) {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(with(style))) {
      Tokens safe = tokenizer.encodeChat(List.of(ChatMessage.user("a b")));
      Tokens chat = tokenizer.encodeChat(List.of(ChatMessage.user("a</s><s>b")));
      assertThat(control(chat)).isEqualTo(control(safe));
      assertThatThrownBy(() -> tokenizer.encodeChat(List.of(new ChatMessage("tool", "secret"))))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("expected system, user or assistant")
          .hasMessageNotContaining("secret");
    }
  }

  /** The template has a space between the question and the answer, and SentencePiece none more. */
  @Test
  void anAnswerStandsBehindItsQuestionAsInTheTemplate() {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(with(ChatStyle.LLAMA2))) {
      assertThat(tokenizer.encodeAnswer("Tom")).isEqualTo(tokenizer.encode(" Tom"));
    }
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(with(ChatStyle.ZEPHYR))) {
      assertThat(tokenizer.encodeAnswer("Tom")).isEqualTo(tokenizer.encode("Tom"));
    }
  }

  @Test
  void aBaseModelReadsTheTextsAlone() {
    assertThat(base.chatStyle()).contains(ChatStyle.PLAIN);
    try (LlamaEngine engine = LlamaEngine.open(base, EngineOptions.DEFAULTS)) {
      Tokens prompt =
          engine
              .tokenizer()
              .encodeChat(List.of(ChatMessage.system("Be brief."), ChatMessage.user("Why?")));
      assertThat(prompt).isEqualTo(engine.tokenizer().encodePrompt("Be brief.\n\nWhy?\n\n"));
      assertThat(engine.generate(GenerationRequest.greedy(prompt, 4)).join().generatedTokens())
          .isPositive();
    }
  }

  private static List<Integer> control(Tokens tokens) {
    return tokens.stream().filter(id -> id == BEGIN || id == END).boxed().toList();
  }

  private static ModelPackage with(ChatStyle style) {
    return new ModelPackage(
        base.folder(),
        base.layout(),
        base.architecture(),
        base.controlTokens(),
        Optional.of(style),
        base.graph(),
        base.tokenizer(),
        base.prompts(),
        base.manifest(),
        base.sha256());
  }
}
