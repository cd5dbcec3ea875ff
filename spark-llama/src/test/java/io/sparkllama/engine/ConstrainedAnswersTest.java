package io.sparkllama.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.constraint.Choices;
import io.sparkllama.constraint.Constraint;
import io.sparkllama.constraint.JsonSchema;
import io.sparkllama.constraint.Regex;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.runtime.Attention;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.testing.Schemas;
import io.sparkllama.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real models under constraints. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ConstrainedAnswersTest {

  private static final Sampling HOT = Sampling.withTemperature(2, 1);
  private static final String PERSON =
      """
      {"type": "object",
       "properties": {
         "name": {"type": "string", "maxLength": 40},
         "born": {"type": ["string", "null"], "format": "date"},
         "children": {"type": "integer", "minimum": 0, "maximum": 20},
         "height": {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 3},
         "mood": {"enum": ["happy", "sad", "sadly missing"]},
         "languages": {"type": "array", "items": {"type": "string"}, "maxItems": 4}},
       "required": ["name", "born", "children", "mood", "languages"]}""";

  private static LlamaEngine engine;

  @BeforeAll
  static void open() {
    engine = open(Fixtures.genaiFp32(), 8);
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  @Test
  void answersAreValuesOfTheSchemaAtAnyRoom() {
    for (Sampling sampling : List.of(Sampling.GREEDY, HOT, penalized())) {
      for (int room : new int[] {leastRoom(PERSON), leastRoom(PERSON) + 9, 100, 400}) {
        Generation answer = answer(request("a person", room, sampling, new JsonSchema(PERSON)));
        assertThat(Schemas.errors(PERSON, answer.text())).as(answer.text()).isEmpty();
        assertThat(answer.generatedTokens()).isLessThanOrEqualTo(room);
      }
    }
  }

  @Test
  void answersAreValuesOfRandomSchemas() {
    Random random = new Random(3);
    for (int i = 0; i < 40; i++) {
      String schema = Schemas.random(random);
      int room = leastRoom(schema) + random.nextInt(30);
      Sampling sampling = random.nextBoolean() ? Sampling.GREEDY : HOT;
      Generation answer = answer(request("row " + i, room, sampling, new JsonSchema(schema)));
      assertThat(Schemas.errors(schema, answer.text())).as(answer.text() + schema).isEmpty();
    }
  }

  @Test
  void otherGraphsAnswerWithinConstraintsToo() {
    try (LlamaEngine other = open(Fixtures.optimumFp32(), 2)) {
      Generation answer =
          other.generate(request("a person", 80, HOT, new JsonSchema(PERSON))).join();
      assertThat(Schemas.errors(PERSON, answer.text())).isEmpty();
    }
  }

  @Test
  void charactersOfSeveralTokensStayWhole() {
    List<String> texts = List.of("日本語です", "日本酒🙂", "Ünïcödé", "🙂🙃🙂");
    for (int seed = 0; seed < 20; seed++) {
      Sampling sampling = Sampling.withTemperature(50, seed);
      assertThat(answer(request("x", 60, sampling, new Choices(texts))).text()).isIn(texts);
      assertThat(answer(request("x", 9, sampling, new Regex("[日本🙂-🙃]{1,9}"))).text())
          .matches(Pattern.compile("[日本🙂-🙃]{1,9}"));
    }
  }

  @Test
  void endsWhenNothingMayFollowAndSaysWhenTheRoomEndedIt() {
    Generation whole = answer(request("x", 50, HOT, new Regex("[ab]{6}")));
    assertThat(whole.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(whole.text()).matches("[ab]{6}");
    JsonSchema text = new JsonSchema("{\"type\":\"string\",\"minLength\":1}");
    Generation cut = answer(request("x", 8, HOT, text));
    assertThat(cut.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(cut.text()).startsWith("\"").endsWith("\"");
  }

  @Test
  void theSlotsEndCountsAsRoom() {
    Tokens prompt = Tokens.of(IntStream.range(0, 500).map(i -> 300 + i % 200).toArray());
    String schema = "{\"type\":\"string\"}";
    GenerationRequest request =
        new GenerationRequest(prompt, 1000, HOT, List.of()).withConstraint(new JsonSchema(schema));
    Generation answer = answer(request);
    assertThat(Schemas.errors(schema, answer.text())).isEmpty();
    assertThat(answer.generatedTokens()).isLessThanOrEqualTo(13);
  }

  @Test
  void constrainedRowsChangeNothingBesideThem() {
    List<GenerationRequest> free =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    new GenerationRequest(
                        prompt("row " + i), 30, Sampling.withTemperature(1, i), List.of()))
            .toList();
    List<GenerationRequest> bound =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    request(
                        "row " + i,
                        100 + i,
                        i % 2 == 0 ? Sampling.GREEDY : HOT,
                        new JsonSchema(PERSON)))
            .toList();
    List<Tokens> freeAlone = alone(free);
    List<Tokens> boundAlone = alone(bound);
    List<CompletableFuture<Generation>> mixed = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      mixed.add(engine.generate(free.get(i)));
      mixed.add(engine.generate(bound.get(i)));
    }
    for (int i = 0; i < 12; i++) {
      assertThat(mixed.get(2 * i).join().tokens()).isEqualTo(freeAlone.get(i));
      assertThat(mixed.get(2 * i + 1).join().tokens()).isEqualTo(boundAlone.get(i));
    }
  }

  /** The other engine runs the graph's own attention, which checks no guesses. */
  @Test
  void textsThatHaveToComeAreTakenInFewerSteps() {
    List<GenerationRequest> requests =
        IntStream.range(0, 12)
            .mapToObj(i -> request("row " + i, 120, drawn(i), new JsonSchema(PERSON)))
            .toList();
    ModelPackage model = ModelPackages.open(Fixtures.genaiFp32());
    EngineOptions plain = EngineOptions.DEFAULTS.withAttention(Attention.OF_GRAPH);
    try (LlamaEngine guessing = LlamaEngine.open(model, EngineOptions.DEFAULTS);
        LlamaEngine stepping = LlamaEngine.open(model, plain)) {
      assertThat(answers(guessing, requests)).isEqualTo(answers(stepping, requests));
      // Keys, quotes and commas are half of such an answer.
      assertThat(guessing.stats().decodedTokens())
          .isGreaterThan(guessing.stats().decodedRows() * 5 / 4);
    }
  }

  private static Sampling drawn(int row) {
    return row % 2 == 0 ? Sampling.GREEDY : Sampling.withTemperature(1, row);
  }

  private static List<String> answers(LlamaEngine engine, List<GenerationRequest> requests) {
    List<CompletableFuture<Generation>> answers = requests.stream().map(engine::generate).toList();
    return answers.stream().map(answer -> answer.join().text()).toList();
  }

  private static List<Tokens> alone(List<GenerationRequest> requests) {
    try (LlamaEngine single = open(Fixtures.genaiFp32(), 1)) {
      return requests.stream().map(request -> single.generate(request).join().tokens()).toList();
    }
  }

  /** Each letter may be the vowel behind which so many follow, and the long end is never out. */
  @Test
  void aConstraintThatCannotBeFollowedFailsAlone() {
    Sampling veryHot = Sampling.withTemperature(50, 1);
    Regex unfollowable = new Regex("[a-z]*[aeiou][a-z]{400}(~|![0-9]{5000})");
    CompletableFuture<Generation> bad = engine.generate(request("x", 450, veryHot, unfollowable));
    CompletableFuture<Generation> good =
        engine.generate(request("x", 100, HOT, new JsonSchema(PERSON)));
    assertThatThrownBy(bad::join)
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("Cannot follow the constraint");
    assertThat(Schemas.errors(PERSON, good.join().text())).isEmpty();
  }

  @Test
  void refusesARoomTooSmallForAnyAnswer() {
    int least = leastRoom(PERSON);
    assertThatThrownBy(
            () -> answer(request("x", least - 1, Sampling.GREEDY, new JsonSchema(PERSON))))
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining(
            "Cannot answer within the constraint: found room for %d tokens, expected at least %d."
                .formatted(least - 1, least));
  }

  @Test
  void refusesOtherWaysToEnd() {
    Constraint choices = new Choices(List.of("a", "b"));
    assertThatThrownBy(
            () ->
                answer(
                    new GenerationRequest(prompt("x"), 5, Sampling.GREEDY, List.of("stop"))
                        .withConstraint(choices)))
        .hasMessageContaining("found stop strings");
    assertThatThrownBy(
            () ->
                answer(
                    GenerationRequest.greedy(prompt("x"), 5)
                        .withEnding(Ending.FULL_LENGTH)
                        .withConstraint(choices)))
        .hasMessageContaining("found a full length");
  }

  /** The least room that is not refused, which the refusal of none tells. */
  private static int leastRoom(String schema) {
    try {
      answer(request("x", 1, Sampling.GREEDY, new JsonSchema(schema)));
      return 1;
    } catch (RuntimeException e) {
      String message = e.getCause().getMessage();
      return Integer.parseInt(message.replaceAll(".*expected at least (\\d+)\\..*", "$1"));
    }
  }

  private static Sampling penalized() {
    return new Sampling(0, 0, 1, 0, 1.5, 0);
  }

  private static Generation answer(GenerationRequest request) {
    return engine.generate(request).join();
  }

  private static GenerationRequest request(
      String text, int room, Sampling sampling, Constraint constraint) {
    return new GenerationRequest(prompt(text), room, sampling, List.of())
        .withConstraint(constraint);
  }

  private static Tokens prompt(String text) {
    return engine.tokenizer().encodePrompt(text);
  }

  private static LlamaEngine open(Path model, int slots) {
    return LlamaEngine.open(
        ModelPackages.open(model), EngineOptions.DEFAULTS.withSlots(slots).withCapacity(512));
  }
}
