package io.sparkllama.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LabelScores;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.Sampling;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.ChatMessage;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TaskRunnerTest {

  private static final Task SENTIMENT = new Sentiment();
  private static final Task SUMMARY = new Summarize(20);
  private static final Task TRANSLATION = new Translate("fr");
  private static final Task GENERATION = new Generate();
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
    assertThat(label(answer)).isIn("positive", "negative", "neutral");
    assertThat(answer.generatedTokens()).isZero();
    assertThat(answer.promptTokens()).isPositive();
  }

  @Test
  void blankTextsDoNotReachTheModel() {
    long before = engine.stats().requests();
    assertThat(label(run(SENTIMENT, " \n", LongText.ERROR))).isEqualTo("neutral");
    assertThat(text(run(SUMMARY, "", LongText.ERROR))).isEmpty();
    assertThat(text(run(TRANSLATION, "\t", LongText.ERROR))).isEmpty();
    assertThatThrownBy(() -> run(GENERATION, " ", LongText.ERROR))
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
    assertThatThrownBy(() -> run(GENERATION, LONG, LongText.MAP_REDUCE))
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("in parts");
  }

  @Test
  void cancellingAnAnswerFreesTheEngine() {
    CompletableFuture<TaskAnswer> answer =
        runner.submit(SUMMARY, TaskInput.of(LONG), options(LongText.MAP_REDUCE));
    answer.cancel(true);
    assertThat(label(run(SENTIMENT, "next", LongText.ERROR))).isNotEmpty();
  }

  @Test
  void tasksOverOneTextReadItOnceWhenItComesFirst() {
    TaskRunner textFirst = new TaskRunner(engine, PromptOrder.TEXT_FIRST);
    String text = LONG.substring(0, 500);
    int tokens = engine.tokenizer().encode(text).length();
    textFirst.submit(SENTIMENT, TaskInput.of(text), TaskOptions.DEFAULTS).join();
    long before = engine.stats().reusedTokens();
    textFirst.submit(SUMMARY, TaskInput.of(text), TaskOptions.DEFAULTS).join();
    textFirst.submit(TRANSLATION, TaskInput.of(text), TaskOptions.DEFAULTS).join();
    assertThat(engine.stats().reusedTokens() - before).isGreaterThanOrEqualTo(2L * tokens - 8);
  }

  @Test
  void everyChoiceIsOneOfItsLabelsWithProbabilitiesThatSumToOne() {
    List<Label> labels = List.of(Label.named("sport"), new Label("politics", "parties, votes"));
    for (Choice choice :
        List.of(
            new Sentiment(Polarity.FOUR),
            new Emotion(),
            new DetectLanguage(),
            new Classify(labels),
            new Filter("It is about food."))) {
      Value.Scores scores = (Value.Scores) run(choice, "what a lovely day", LongText.ERROR).value();
      assertThat(scores.labels()).isEqualTo(choice.labels()).contains(scores.label());
      assertThat(scores.probabilities().stream().mapToDouble(p -> p).sum())
          .isCloseTo(1, within(1e-9));
      assertThat(scores.probabilities().get(scores.best()))
          .isEqualTo(Collections.max(scores.probabilities()));
    }
  }

  /** Of texts without content yes and no are equally likely in the mean of the logarithms. */
  @Test
  void calibrationTakesOutWhatTheModelLeansTo() {
    Choice filter = new Filter("It is about food.");
    double odds =
        Leaning.WITHOUT_CONTENT.stream()
            .map(text -> (Value.Scores) run(filter, text, LongText.ERROR).value())
            .mapToDouble(
                scores -> Math.log(scores.probabilities().get(0) / scores.probabilities().get(1)))
            .sum();
    assertThat(odds).isCloseTo(0, within(1e-6));
    long before = engine.stats().requests();
    run(filter, "a day", LongText.ERROR);
    assertThat(engine.stats().requests() - before).isEqualTo(1);
  }

  @Test
  void tagsAreQuestionsOfTheirOwn() {
    Task tagging = new Tagging(List.of(Label.named("a"), Label.named("b"), Label.named("c")));
    Value.Scores scores = (Value.Scores) run(tagging, "what a lovely day", LongText.ERROR).value();
    assertThat(scores.labels()).containsExactly("a", "b", "c");
    assertThat(scores.probabilities()).allSatisfy(p -> assertThat(p).isBetween(0.0, 1.0));
  }

  @Test
  void hazardsAreQuestionsOfTheirOwn() {
    Value.Scores scores = (Value.Scores) run(new Moderate(), "what a day", LongText.ERROR).value();
    assertThat(scores.labels()).isEqualTo(Hazard.labels()).hasSize(13);
    assertThat(scores.probabilities()).allSatisfy(p -> assertThat(p).isBetween(0.0, 1.0));
    assertThat(scores.reaching(0)).isEqualTo(Hazard.labels());
  }

  /** The shorter part, since it is the likelier one. */
  @Test
  void theWorstPartOfALongTextSpeaksForIt() {
    LabelScores good = new LabelScores(List.of(-3.0, -0.1), 900, 0);
    LabelScores bad = new LabelScores(List.of(-1.0, -2.0), 10, 0);
    assertThat(LabelLogits.of(new Harms(Hazard.HATE), List.of(good, bad, good)))
        .containsExactly(-1.0, -2.0);
    assertThat(LabelLogits.of(new Filter("It is bad."), List.of(good, bad))[0])
        .isCloseTo((-3.0 * 900 - 1.0 * 10) / 910, within(1e-9));
  }

  /** What is read of a long text is moderated: its start, or all of its parts. */
  @Test
  void aLongInputIsModeratedAsItIsRead() {
    Moderate hate = new Moderate(List.of(Hazard.HATE));
    Task summary = new Moderated(new Summarize(5), hate, 1, Moderated.Verdict.BLOCK);
    int whole = engine.tokenizer().encode(LONG).length();
    int alone = run(new Summarize(5), LONG, LongText.MAP_REDUCE).promptTokens();
    assertThat(run(summary, LONG, LongText.MAP_REDUCE).promptTokens()).isGreaterThan(alone + whole);
    Task open = new Moderated(new Generate(), hate, 1, Moderated.Verdict.BLOCK);
    assertThat(run(open, LONG, LongText.TRUNCATE).promptTokens()).isLessThan(3 * 512);
    assertThatThrownBy(() -> run(open, LONG, LongText.ERROR))
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("Cannot fit the text");
  }

  @Test
  void rulesMaskWithoutTheModel() {
    long before = engine.stats().requests();
    Mask mask = new Mask(List.of("email", "phone number"));
    String text = "Ann: ann@example.org or +49 30 123456, not 030 123456. " + LONG;
    assertThat(text(run(mask, text, LongText.ERROR)))
        .isEqualTo("Ann: [MASKED] or [MASKED], not 030 123456. " + LONG);
    assertThat(text(run(new Mask(mask.labels(), "DE"), text, LongText.ERROR)))
        .isEqualTo("Ann: [MASKED] or [MASKED], not [MASKED]. " + LONG);
    assertThat(run(mask, text, LongText.ERROR).promptTokens()).isZero();
    assertThat(engine.stats().requests()).isEqualTo(before);
  }

  /** The prompt has what rules leave of the text, and of the labels. */
  @Test
  void theModelIsAskedForWhatNoRuleKnows() {
    String text = "Ann: ann@example.org";
    TaskAnswer both = run(new Mask(List.of("email", "person")), text, LongText.ERROR);
    TaskAnswer person = run(new Mask(List.of("person")), "Ann: [MASKED]", LongText.ERROR);
    assertThat(text(both)).isEqualTo(text(person));
    assertThat(both.promptTokens()).isEqualTo(person.promptTokens());
  }

  @Test
  void tokensAreCountedWithoutTheModel() {
    long before = engine.stats().requests();
    Value counted = run(new TokenCount(), "what a lovely day", LongText.ERROR).value();
    assertThat(counted)
        .isEqualTo(new Value.Count(engine.tokenizer().encode("what a lovely day").length()));
    assertThat(run(new TokenCount(), "", LongText.ERROR).value()).isEqualTo(new Value.Count(0));
    assertThat(engine.stats().requests()).isEqualTo(before);
  }

  @Test
  void conversationsKeepTheirTurns() {
    List<ChatMessage> messages =
        List.of(
            ChatMessage.system("Be brief."),
            ChatMessage.user("Hello"),
            new ChatMessage("assistant", "Hi"),
            ChatMessage.user("Name a river."));
    TaskAnswer answer =
        runner.submit(GENERATION, new TaskInput.Chat(messages), TaskOptions.DEFAULTS).join();
    assertThat(answer.promptTokens()).isEqualTo(engine.tokenizer().encodeChat(messages).length());
    assertThatThrownBy(() -> new TaskInput.Chat(List.of()))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("found an empty list");
  }

  @Test
  void optionsDecideHowAnAnswerIsWritten() {
    TaskOptions five = TaskOptions.DEFAULTS.withMaxTokens(5);
    TaskAnswer answer = runner.submit(GENERATION, TaskInput.of("tell me"), five).join();
    assertThat(answer.generatedTokens()).isLessThanOrEqualTo(5);
    TaskOptions stopping = new TaskOptions(50, Sampling.GREEDY, List.of("e"), "", LongText.ERROR);
    assertThat(text(runner.submit(GENERATION, TaskInput.of("tell me"), stopping).join()))
        .doesNotContain("e");
    TaskOptions adapted = new TaskOptions(5, Sampling.GREEDY, List.of(), "none", LongText.ERROR);
    assertThatThrownBy(() -> runner.submit(GENERATION, TaskInput.of("hi"), adapted).join())
        .hasMessageContaining("Cannot answer with an adapter");
  }

  @Test
  void blankTextsHaveNoLabelButAMask() {
    assertThat(run(new DetectLanguage(), " ", LongText.ERROR).value()).isEqualTo(new Value.None());
    assertThat(label(run(new Filter("x"), " ", LongText.ERROR))).isEqualTo("no");
    assertThat(run(new AspectOpinions(), " ", LongText.ERROR).value())
        .isEqualTo(new Value.Aspects(List.of()));
  }

  private static TaskAnswer run(Task task, String text, LongText longText) {
    return runner.submit(task, TaskInput.of(text), options(longText)).join();
  }

  private static TaskOptions options(LongText longText) {
    return TaskOptions.DEFAULTS.withLongText(longText);
  }

  private static String label(TaskAnswer answer) {
    return ((Value.Scores) answer.value()).label();
  }

  private static String text(TaskAnswer answer) {
    return ((Value.Text) answer.value()).text();
  }
}
