package io.sparkllama.chat;

import io.sparkllama.engine.FinishReason;
import io.sparkllama.engine.Generation;
import io.sparkllama.engine.GenerationRequest;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.errors.LlamaException;
import io.sparkllama.errors.RequestException;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * A conversation with a model. The engine keeps the keys and values of earlier turns, so a question
 * costs what is new. Greedy answers are those that {@code llama_chat} gives to the same messages.
 *
 * <p>One thread at a time, but for {@link #stop}.
 */
public final class Conversation {

  private final LlamaEngine engine;
  private final ChatOptions options;
  private final History history = new History();
  private CompletableFuture<Generation> answering = CompletableFuture.completedFuture(null);

  public Conversation(LlamaEngine engine, ChatOptions options) {
    this.engine = engine;
    this.options = options;
  }

  /**
   * Asks and waits for the answer. Where the conversation has outgrown the engine's capacity, the
   * oldest turns are forgotten, as many as give half of the capacity back: each time they go, the
   * rest has to be read anew.
   *
   * @param question the user's message
   * @param listener is given the answer piece by piece, by the engine's thread
   * @throws RequestException when the question does not fit even alone; the conversation stays
   * @throws LlamaException when the engine cannot answer; the conversation stays
   */
  public Turn ask(String question, Consumer<String> listener) {
    int seen = history.seenTurns();
    try {
      return answer(ChatMessage.user(question), listener);
    } catch (RuntimeException e) {
      history.see(seen);
      throw e;
    }
  }

  private Turn answer(ChatMessage question, Consumer<String> listener) {
    StreamedText text = new StreamedText(engine.tokenizer(), listener);
    int forgotten = makeRoom(question);
    Tokens prompt = prompt(question);
    begin(prompt, text);
    Optional<Generation> answer = await();
    answer.ifPresent(whole -> text.end(whole.text()));
    String told = answer.map(Generation::text).orElseGet(text::close);
    if (answer.isPresent() || !told.isEmpty()) {
      history.add(question, told);
    }
    return new Turn(
        answer.map(Conversation::end).orElse(Turn.End.STOPPED),
        prompt.length(),
        answer.map(Generation::reusedTokens).orElse(0),
        text.tokens(),
        forgotten,
        Duration.ofNanos(text.firstNanos()),
        Duration.ofNanos(text.nanos()));
  }

  /** Ends the answer that another thread waits for, if any. For any thread. */
  public synchronized void stop() {
    answering.cancel(true);
  }

  /** Nothing where the answer was stopped. */
  private Optional<Generation> await() {
    try {
      return Optional.of(answering.join());
    } catch (CancellationException e) {
      return Optional.empty();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LlamaException known ? known : e;
    }
  }

  /** In one with {@link #stop}: an answer that has begun to be told can be stopped. */
  private synchronized void begin(Tokens prompt, StreamedText text) {
    answering = engine.generate(request(prompt), text::add);
  }

  private GenerationRequest request(Tokens prompt) {
    GenerationRequest request =
        new GenerationRequest(prompt, options.maxTokens(), options.sampling(), List.of());
    return options.adapter().map(request::withAdapter).orElse(request);
  }

  private static Turn.End end(Generation answer) {
    return answer.finishReason() == FinishReason.STOP ? Turn.End.STOP : Turn.End.LENGTH;
  }

  private Tokens prompt(ChatMessage next) {
    return engine.tokenizer().encodeChat(history.seen(next));
  }

  private int makeRoom(ChatMessage next) {
    int answer = Math.min(options.maxTokens(), engine.capacity() / 4);
    if (prompt(next).length() + answer <= engine.capacity()) {
      return 0;
    }
    int before = history.seenTurns();
    while (history.seenTurns() > 0 && prompt(next).length() > engine.capacity() / 2) {
      history.see(history.seenTurns() - 1);
    }
    return before - history.seenTurns();
  }

  /** What the model has been told to be; empty for nothing. */
  public void system(Optional<String> content) {
    history.system(content);
  }

  /** Takes the last turn back; returns its question where there was one. */
  public Optional<String> undo() {
    return history.undo();
  }

  /** Forgets all turns; the system message stays. */
  public void reset() {
    history.clear();
  }

  /** Turns that have been answered. */
  public int turns() {
    return history.turns();
  }

  /** Turns that the model still sees. */
  public int seenTurns() {
    return history.seenTurns();
  }

  /** All messages, those of forgotten turns too. */
  public List<ChatMessage> messages() {
    return history.all();
  }

  /**
   * Goes on from a conversation.
   *
   * @throws RequestException unless it is made of turns, behind a system message or none
   */
  public void resume(List<ChatMessage> messages) {
    history.replace(messages);
  }
}
