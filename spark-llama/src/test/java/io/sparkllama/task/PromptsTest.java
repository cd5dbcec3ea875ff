package io.sparkllama.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.errors.RequestException;
import io.sparkllama.model.PromptTemplate;
import io.sparkllama.tokenizer.ChatMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromptsTest {

  private final Prompts prompts = new Prompts(Map.of(), PromptOrder.INSTRUCTION_FIRST);

  @Test
  void fillsInstructionAndText() {
    assertThat(prompts.messages(new Translate("fr"), TaskInput.of("hello")))
        .containsExactly(
            ChatMessage.system("Translate the text to French. Answer only with the translation."),
            ChatMessage.user("hello"));
    assertThat(prompts.messages(new Summarize(30), TaskInput.of("hello")).get(0).content())
        .contains("at most 30 words");
  }

  @Test
  void leavesPlaceholdersInTextsAlone() {
    String text = "costs {max_words} $1 \\ and {text} of {language}";
    assertThat(prompts.messages(new Summarize(30), TaskInput.of(text)).get(1).content())
        .isEqualTo(text);
  }

  @Test
  void takesThePackagesOwnPrompt() {
    Prompts own =
        new Prompts(
            Map.of("sentiment", new PromptTemplate("v", "Judge.", "Text: {text}")),
            PromptOrder.INSTRUCTION_FIRST);
    assertThat(own.messages(new Sentiment(), TaskInput.of("hello")))
        .containsExactly(ChatMessage.system("Judge."), ChatMessage.user("Text: hello"));
  }

  @Test
  void putsTheTextFirstWhenAsked() {
    PromptTemplate template = new PromptTemplate("v", "Judge.", "Text: {text}");
    assertThat(template.textFirst().version()).isEqualTo("v-text-first");
    Prompts own = new Prompts(Map.of("sentiment", template), PromptOrder.TEXT_FIRST);
    assertThat(own.messages(new Sentiment(), TaskInput.of("hello {text}")))
        .containsExactly(ChatMessage.user("Text: hello {text}\n\nJudge."));
    assertThat(own.messages(new Generate(), TaskInput.of("hello")))
        .containsExactly(ChatMessage.user("hello"));
  }

  /** A pipeline keeps answers for as long as what a task says to the model stays the same. */
  @Test
  void tasksOfSeveralQuestionsHaveThePromptOfTheirQuestions() {
    Task tagging = new Tagging(List.of(Label.named("a"), Label.named("b")));
    assertThat(prompts.find(tagging)).contains(prompts.find(new Fits(Label.named("c"))).get());
    assertThat(prompts.find(new Moderate())).isPresent();
    PromptTemplate own = new PromptTemplate("mine", "", "{text} {label}?");
    assertThat(new Prompts(Map.of("fits", own), PromptOrder.INSTRUCTION_FIRST).find(tagging))
        .contains(own);
  }

  @Test
  void generateAsksTheTextItself() {
    assertThat(prompts.messages(new Generate(), TaskInput.of("hello")))
        .containsExactly(ChatMessage.user("hello"));
  }

  @Test
  void languagesHaveCodesAndNames() {
    assertThat(Languages.find("FR")).contains(new Language("fr", "French"));
    assertThat(Languages.find("german")).contains(new Language("de", "German"));
    assertThat(Languages.find("klingon")).isEmpty();
    assertThatThrownBy(() -> Languages.require("klingon"))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("found klingon, expected one of ar, bg");
  }
}
