package io.sparkllama.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.Sampling;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many texts and one answer. */
class GatheringTest {

  private static final int CAPACITY = 256;
  private static final int ANSWER_TOKENS = 8;
  private static final TaskOptions OPTIONS =
      new TaskOptions(ANSWER_TOKENS, Sampling.GREEDY, List.of(), "", LongText.ERROR);
  private static final Writing SUMMARY = new Summarize(5);

  private static LlamaEngine engine;
  private static TaskRunner runner;

  /** Parts in the order in which they are asked. */
  private final List<String> parts = new ArrayList<>();

  private final List<Task> tasks = new ArrayList<>();

  @BeforeAll
  static void open() {
    engine =
        LlamaEngine.open(
            ModelPackages.open(Fixtures.genaiInt4()),
            EngineOptions.DEFAULTS.withCapacity(CAPACITY));
    runner = new TaskRunner(engine);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @BeforeEach
  void forget() {
    parts.clear();
    tasks.clear();
  }

  @Test
  void oneTextIsAnsweredAsItIsAlone() {
    String text = "A long day at the sea ends with rain.";
    assertThat(gathered(SUMMARY, List.of(text), 4)).isEqualTo(alone(text));
    assertThat(parts).containsExactly(text);
  }

  @Test
  void textsThatFitTogetherAreOneText() {
    assertThat(gathered(SUMMARY, List.of("Rain at sea.", " ", "Sun at home."), 4))
        .isEqualTo(alone("Rain at sea.\n\nSun at home."));
    assertThat(parts).containsExactly("Rain at sea.\n\nSun at home.");
  }

  /** A text of more than half of a slot has no other beside it; the short answers fit together. */
  @Test
  void eachPartIsAskedOnceAndTheirAnswersTogether() {
    List<String> texts = IntStream.range(0, 5).mapToObj(GatheringTest::large).toList();
    String answer = gathered(SUMMARY, texts, 4);
    assertThat(parts).hasSize(6).startsWith(texts.toArray(String[]::new));
    List<String> answers = texts.stream().map(GatheringTest::alone).toList();
    String together = String.join("\n\n", answers.stream().filter(one -> !one.isBlank()).toList());
    assertThat(answers).anyMatch(one -> !one.isBlank());
    assertThat(parts.get(5)).isEqualTo(together);
    assertThat(answer).isEqualTo(alone(together));
  }

  @Test
  void theNumberOfPartsThatWaitChangesNothing() {
    List<String> texts = IntStream.range(0, 400).mapToObj(GatheringTest::small).toList();
    String answer = gathered(SUMMARY, texts, 1000);
    List<String> before = parts.stream().sorted().toList();
    assertThat(before).hasSizeGreaterThan(15);
    for (int most : List.of(1, 3)) {
      forget();
      assertThat(gathered(SUMMARY, texts, most)).isEqualTo(answer);
      assertThat(parts.stream().sorted()).isEqualTo(before);
    }
  }

  @Test
  void everyPartFitsASlotAndNoTextIsLost() {
    List<String> texts = new ArrayList<>();
    IntStream.range(0, 40).forEach(i -> texts.add(small(i)));
    texts.add("Each sentence of this one counts. ".repeat(80));
    gathered(SUMMARY, texts, 4);
    List<String> first = parts.stream().filter(part -> !part.isBlank()).toList();
    assertThat(texts.subList(0, 40))
        .allMatch(text -> first.stream().filter(part -> part.contains(text)).count() == 1);
    assertThat(first.stream().mapToInt(part -> part.split("Each sentence", -1).length - 1).sum())
        .isEqualTo(80);
    Question question = new Question(engine, PromptOrder.INSTRUCTION_FIRST);
    assertThat(parts)
        .allMatch(
            part -> question.fits(SUMMARY, question.prompt(SUMMARY, TaskInput.of(part)), OPTIONS));
  }

  /** Answers of up to 8 tokens in a slot with room for two: rounds of 16, 8, 4, 2 and 1 at most. */
  @Test
  void answersOfAPartAreMadeOneAnswerInRounds() {
    List<String> texts = IntStream.range(0, 16).mapToObj(GatheringTest::large).toList();
    gathered(new Instruct("Name the places."), texts, 2);
    assertThat(tasks.stream().filter(new Instruct("Name the places.")::equals)).hasSize(16);
    assertThat(tasks.stream().filter(new Combine("Name the places.")::equals))
        .hasSizeBetween(1, 15);
    assertThat(tasks).hasSize(parts.size()).endsWith(new Combine("Name the places."));
  }

  @Test
  void nothingThatShowsIsAnEmptyAnswer() {
    assertThat(gathered(SUMMARY, List.of(" ", "\n"), 4)).isEmpty();
    assertThat(parts).isEmpty();
  }

  @Test
  void whatHoldsOfPartsThatWaitIsBounded() throws InterruptedException {
    Gathering gathering = gatherings(SUMMARY, 3).get();
    for (int i = 0; i < 30; i++) {
      gathering.add(large(i));
      // Three of each round; 30 parts are at most five rounds.
      assertThat(gathering.waiting()).isLessThanOrEqualTo(15);
    }
    assertThat(gathering.answer().join()).isNotNull();
  }

  @Test
  void cancellingTakesPartsBack() throws InterruptedException {
    Gathering gathering = gatherings(SUMMARY, 100).get();
    for (int i = 0; i < 50; i++) {
      gathering.add(large(i));
    }
    CompletableFuture<TaskAnswer> answer = gathering.answer();
    answer.cancel(true);
    assertThat(gathering.waiting()).isZero();
    Gathering other = gatherings(SUMMARY, 1).get();
    other.cancel();
    assertThatThrownBy(
            () -> {
              other.add(large(1));
              other.add(large(2));
              other.add(large(3));
            })
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void aPartThatCannotBeAnsweredFailsTheGroup() throws InterruptedException {
    Gathering gathering =
        runner
            .gatherings(
                SUMMARY,
                OPTIONS,
                1,
                (task, part, options) ->
                    CompletableFuture.failedFuture(new RequestException("Invalid part.")))
            .get();
    for (int i = 0; i < 5; i++) {
      gathering.add(large(i));
    }
    assertThatThrownBy(() -> gathering.answer().join())
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("Invalid part.");
  }

  @Test
  void anInstructionThatFillsASlotIsRefused() throws InterruptedException {
    Gathering gathering = gatherings(new Instruct("Do it well. ".repeat(100)), 1).get();
    gathering.add("A text.");
    assertThatThrownBy(() -> gathering.answer().join())
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("Cannot fit the task agg");
  }

  private String gathered(Writing task, List<String> texts, int most) {
    Gathering gathering = gatherings(task, most).get();
    try {
      for (String text : texts) {
        gathering.add(text);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return ((Value.Text) gathering.answer().join().value()).text();
  }

  private Supplier<Gathering> gatherings(Writing task, int most) {
    return runner.gatherings(
        task,
        OPTIONS,
        most,
        (part, input, options) -> {
          synchronized (parts) {
            tasks.add(part);
            parts.add(((TaskInput.Text) input).text());
          }
          return runner.submit(part, input, options);
        });
  }

  private static String alone(String text) {
    return ((Value.Text) runner.submit(SUMMARY, TaskInput.of(text), OPTIONS).join().value()).text();
  }

  private static String small(int number) {
    return "Post number %d is about the sea.".formatted(number);
  }

  /** More than half of a slot. */
  private static String large(int number) {
    String text = "Post " + number;
    while (engine.tokenizer().encode(text).length() < CAPACITY / 2) {
      text += " and the sea";
    }
    return text + ".";
  }
}
