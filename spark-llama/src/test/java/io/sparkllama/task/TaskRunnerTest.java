package io.sparkllama.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.Sampling;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TaskRunnerTest {

  private static final Task SENTIMENT = new Task.Sentiment();
  private static final Task SUMMARY = new Task.Summarize(20);
  private static final Task TRANSLATION = new Task.Translate("fr");
  private static final String LONG =
      "This is a sentence about a very long day at the sea. ".repeat(200);

  private static LlamaEngine engine;
  private static TaskRunner runner;

  @BeforeAll
  static void open() {
    engine =
        LlamaEngine.open(
            ModelPackages.open(Fixtures.genaiInt4()), EngineOptions.DEFAULTS.withCapacity(512));
    runner = new TaskRunner(engine);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void sentimentIsOneOfTheLabels() {
    TaskAnswer answer = run(SENTIMENT, "what a lovely day", LongText.ERROR);
    assertThat(answer.value()).isIn("positive", "negative", "neutral");
    assertThat(answer.generatedTokens()).isZero();
    assertThat(answer.promptTokens()).isPositive();
  }

  @Test
  void blankTextsDoNotReachTheModel() {
    long before = engine.stats().requests();
    assertThat(run(SENTIMENT, " \n", LongText.ERROR).value()).isEqualTo("neutral");
    assertThat(run(SUMMARY, "", LongText.ERROR).value()).isEmpty();
    assertThat(run(TRANSLATION, "\t", LongText.ERROR).value()).isEmpty();
    assertThatThrownBy(() -> run(new Task.Generate(5, Sampling.GREEDY), " ", LongText.ERROR))
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("found a blank text");
    assertThat(engine.stats().requests()).isEqualTo(before);
  }

  @Test
  void aLongTextIsAnErrorWithTheNumbers() {
    assertThatThrownBy(() -> run(SENTIMENT, LONG, LongText.ERROR))
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageMatching("(?s).*found \\d{4,} prompt tokens .* expected at most 512 together.*")
        .hasMessageNotContaining("day at the sea");
  }

  @Test
  void aTruncatedTextFillsTheSlot() {
    TaskAnswer answer = run(SENTIMENT, LONG, LongText.TRUNCATE);
    assertThat(answer.promptTokens()).isBetween(480, 512);
  }

  @Test
  void partsOfALongTextCoverAllOfIt() {
    int whole = engine.tokenizer().encode(LONG).length();
    assertThat(run(SENTIMENT, LONG, LongText.MAP_REDUCE).promptTokens()).isGreaterThan(whole);
    assertThat(run(SUMMARY, LONG, LongText.MAP_REDUCE).promptTokens()).isGreaterThan(whole);
    assertThat(run(TRANSLATION, LONG, LongText.MAP_REDUCE).promptTokens()).isGreaterThan(whole);
  }

  @Test
  void generateIsNotAnsweredInParts() {
    assertThatThrownBy(() -> run(new Task.Generate(9, Sampling.GREEDY), LONG, LongText.MAP_REDUCE))
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("in parts");
  }

  @Test
  void cancellingAnAnswerFreesTheEngine() {
    CompletableFuture<TaskAnswer> answer = runner.submit(SUMMARY, LONG, LongText.MAP_REDUCE);
    answer.cancel(true);
    assertThat(run(SENTIMENT, "next", LongText.ERROR).value()).isNotEmpty();
  }

  @Test
  void tasksOverOneTextReadItOnceWhenItComesFirst() {
    TaskRunner textFirst = new TaskRunner(engine, PromptOrder.TEXT_FIRST);
    String text = LONG.substring(0, 500);
    int tokens = engine.tokenizer().encode(text).length();
    textFirst.submit(SENTIMENT, text, LongText.ERROR).join();
    long before = engine.stats().reusedTokens();
    textFirst.submit(SUMMARY, text, LongText.ERROR).join();
    textFirst.submit(TRANSLATION, text, LongText.ERROR).join();
    assertThat(engine.stats().reusedTokens() - before).isGreaterThanOrEqualTo(2L * tokens - 8);
  }

  private static TaskAnswer run(Task task, String text, LongText longText) {
    return runner.submit(task, text, longText).join();
  }
}
