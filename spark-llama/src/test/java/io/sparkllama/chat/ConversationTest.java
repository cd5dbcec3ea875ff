package io.sparkllama.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.RequestException;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.task.Generate;
import io.sparkllama.task.TaskInput;
import io.sparkllama.task.TaskOptions;
import io.sparkllama.task.TaskRunner;
import io.sparkllama.task.Value;
import io.sparkllama.testing.Fixtures;
import io.sparkllama.tokenizer.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConversationTest {

  private static final int CAPACITY = 300;
  private static final ChatOptions SHORT = ChatOptions.DEFAULTS.withMaxTokens(20);
  private static final List<String> QUESTIONS =
      List.of("What is this?", "Is it \"so\"? Why \\ not?", "And après, où ça?");

  private static LlamaEngine engine;

  @BeforeAll
  static void open() {
    engine = open(1, CAPACITY);
  }

  private static LlamaEngine open(int slots, int capacity) {
    return LlamaEngine.open(
        ModelPackages.open(Fixtures.genaiFp32()),
        EngineOptions.DEFAULTS.withSlots(slots).withCapacity(capacity));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  /** {@code llama_chat} runs this task. */
  @Test
  void answersAreThoseOfTheTaskOverTheSameMessages() {
    Conversation conversation = new Conversation(engine, SHORT);
    conversation.system(Optional.of("Be brief."));
    QUESTIONS.forEach(question -> conversation.ask(question, piece -> {}));
    List<ChatMessage> messages = conversation.messages();
    assertThat(messages).hasSize(7);
    try (LlamaEngine other = open(4, CAPACITY)) {
      TaskRunner tasks = new TaskRunner(other);
      for (int end = 2; end < messages.size(); end += 2) {
        TaskInput input = new TaskInput.Chat(messages.subList(0, end));
        TaskOptions options = TaskOptions.DEFAULTS.withMaxTokens(20);
        assertThat(tasks.submit(new Generate(), input, options).join().value())
            .isEqualTo(new Value.Text(messages.get(end).content()));
      }
    }
  }

  @Test
  void earlierTurnsAreNotReadAgain() {
    Conversation conversation = new Conversation(engine, SHORT);
    Turn first = conversation.ask(QUESTIONS.get(0), piece -> {});
    Turn second = conversation.ask(QUESTIONS.get(1), piece -> {});
    assertThat(second.reusedTokens()).isGreaterThanOrEqualTo(first.promptTokens());
  }

  @Test
  void piecesMakeUpTheAnswer() {
    Conversation conversation = new Conversation(engine, SHORT);
    List<String> pieces = new ArrayList<>();
    Turn turn = conversation.ask(QUESTIONS.get(0), pieces::add);
    assertThat(String.join("", pieces)).isEqualTo(conversation.messages().get(1).content());
    assertThat(pieces).hasSizeGreaterThan(turn.answerTokens() / 2);
    assertThat(turn.firstToken()).isPositive().isLessThanOrEqualTo(turn.time());
  }

  @Test
  void theOldestTurnsAreForgottenWhenTheContextIsFull() {
    Conversation conversation = new Conversation(engine, SHORT);
    int forgotten = 0;
    for (int i = 0; i < 20; i++) {
      Turn turn = conversation.ask("Question number " + i + " of this conversation?", piece -> {});
      assertThat(turn.promptTokens() + turn.answerTokens()).isLessThanOrEqualTo(CAPACITY + 1);
      if (turn.forgottenTurns() > 0) {
        assertThat(turn.promptTokens()).isLessThanOrEqualTo(CAPACITY / 2);
      }
      forgotten += turn.forgottenTurns();
    }
    assertThat(forgotten).isPositive();
    assertThat(conversation.turns()).isEqualTo(20);
    assertThat(conversation.seenTurns()).isEqualTo(20 - forgotten);
    assertThat(conversation.messages()).hasSize(40);
  }

  @Test
  void aQuestionThatDoesNotFitLeavesTheConversationAsItWas() {
    Conversation conversation = new Conversation(engine, SHORT);
    QUESTIONS.forEach(question -> conversation.ask(question, piece -> {}));
    assertThatThrownBy(() -> conversation.ask("many words ".repeat(400), piece -> {}))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("at most " + (CAPACITY - 1))
        .hasMessageNotContaining("many words");
    assertThat(conversation.turns()).isEqualTo(3);
    assertThat(conversation.seenTurns()).isEqualTo(3);
  }

  @Test
  void aStoppedAnswerStaysAsFarAsItWasTold() throws InterruptedException {
    Conversation conversation =
        new Conversation(engine, ChatOptions.DEFAULTS.withMaxTokens(CAPACITY));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Queue<String> told = new ConcurrentLinkedQueue<>();
    CompletableFuture<Turn> turn =
        CompletableFuture.supplyAsync(
            () ->
                conversation.ask(
                    QUESTIONS.get(0),
                    piece -> {
                      told.add(piece);
                      begun.countDown();
                      await(stopped);
                    }));
    begun.await();
    conversation.stop();
    stopped.countDown();
    assertThat(turn.join().end()).isEqualTo(Turn.End.STOPPED);
    assertThat(conversation.messages().get(1).content())
        .isNotEmpty()
        .isEqualTo(String.join("", told));
    assertThat(conversation.ask(QUESTIONS.get(1), piece -> {}).end())
        .isNotEqualTo(Turn.End.STOPPED);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void turnsAreTakenBackAndForgotten() {
    Conversation conversation = new Conversation(engine, SHORT);
    conversation.system(Optional.of("Be brief."));
    assertThat(conversation.undo()).isEmpty();
    QUESTIONS.forEach(question -> conversation.ask(question, piece -> {}));
    List<ChatMessage> before = conversation.messages();
    assertThat(conversation.undo()).contains(QUESTIONS.get(2));
    assertThat(conversation.messages()).isEqualTo(before.subList(0, 5));
    conversation.ask(QUESTIONS.get(2), piece -> {});
    assertThat(conversation.messages()).isEqualTo(before);
    conversation.reset();
    assertThat(conversation.messages()).containsExactly(ChatMessage.system("Be brief."));
  }

  @Test
  void aConversationGoesOnElsewhere() {
    Conversation whole = new Conversation(engine, SHORT);
    QUESTIONS.forEach(question -> whole.ask(question, piece -> {}));
    Conversation resumed = new Conversation(engine, SHORT);
    resumed.resume(whole.messages().subList(0, 4));
    resumed.ask(QUESTIONS.get(2), piece -> {});
    assertThat(resumed.messages()).isEqualTo(whole.messages());
  }

  @Test
  void onlyTurnsMakeAConversation() {
    Conversation conversation = new Conversation(engine, SHORT);
    ChatMessage answer = new ChatMessage("assistant", "yes");
    ChatMessage system = ChatMessage.system("so");
    ChatMessage user = ChatMessage.user("why");
    assertThatThrownBy(() -> conversation.resume(List.of(answer)))
        .hasMessageContaining("found assistant as part 1, expected user");
    assertThatThrownBy(() -> conversation.resume(List.of(system, user)))
        .hasMessageContaining("found the end as part 3, expected assistant");
    assertThatThrownBy(() -> conversation.resume(List.of(user, answer, system)))
        .hasMessageContaining("found system as part 3, expected user");
    assertThat(conversation.messages()).isEmpty();
  }
}
