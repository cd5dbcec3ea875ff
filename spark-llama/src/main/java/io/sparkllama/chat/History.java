package io.sparkllama.chat;

import io.sparkllama.errors.RequestException;
import io.sparkllama.tokenizer.ChatMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The turns of a conversation, and from which of them on the model sees it. A turn is a user's
 * message and the answer to it.
 */
final class History {

  private Optional<String> system = Optional.empty();
  private final List<ChatMessage> messages = new ArrayList<>();
  private int seenFrom;

  void system(Optional<String> content) {
    system = content;
  }

  /** What the model is given with a next message behind it. */
  List<ChatMessage> seen(ChatMessage next) {
    List<ChatMessage> seen = new ArrayList<>();
    system.ifPresent(content -> seen.add(ChatMessage.system(content)));
    seen.addAll(messages.subList(seenFrom, messages.size()));
    seen.add(next);
    return seen;
  }

  /** All of it, forgotten turns too. */
  List<ChatMessage> all() {
    List<ChatMessage> all = new ArrayList<>();
    system.ifPresent(content -> all.add(ChatMessage.system(content)));
    all.addAll(messages);
    return all;
  }

  int turns() {
    return messages.size() / 2;
  }

  /** Turns that the model sees. */
  int seenTurns() {
    return (messages.size() - seenFrom) / 2;
  }

  /** Lets the model see the last so many turns. */
  void see(int turns) {
    seenFrom = messages.size() - 2 * turns;
  }

  void add(ChatMessage question, String answer) {
    messages.add(question);
    messages.add(new ChatMessage("assistant", answer));
  }

  /** Takes the last turn back; returns its question where there was one. */
  Optional<String> undo() {
    if (messages.isEmpty()) {
      return Optional.empty();
    }
    messages.remove(messages.size() - 1);
    String question = messages.remove(messages.size() - 1).content();
    seenFrom = Math.min(seenFrom, messages.size());
    return Optional.of(question);
  }

  void clear() {
    messages.clear();
    seenFrom = 0;
  }

  /**
   * Puts a conversation in the place of this one.
   *
   * @throws RequestException unless it is made of turns, behind a system message or none
   */
  void replace(List<ChatMessage> conversation) {
    boolean opened = !conversation.isEmpty() && conversation.get(0).role().equals("system");
    List<ChatMessage> turns = conversation.subList(opened ? 1 : 0, conversation.size());
    for (int i = 0; i < turns.size() || i % 2 == 1; i++) {
      String expected = i % 2 == 0 ? "user" : "assistant";
      String found = i < turns.size() ? turns.get(i).role() : "the end";
      if (!found.equals(expected)) {
        throw new RequestException(
            "Invalid conversation: found %s as part %d, expected %s: an answer to each message of the user, behind one system message at most. Correct the file."
                .formatted(found, i + 1 + (opened ? 1 : 0), expected));
      }
    }
    clear();
    system = opened ? Optional.of(conversation.get(0).content()) : Optional.empty();
    messages.addAll(turns);
  }
}
