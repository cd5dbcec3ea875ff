package io.sparkllama.cli;

import io.sparkllama.chat.Conversation;
import io.sparkllama.chat.Turn;
import io.sparkllama.errors.LlamaException;
import java.util.Optional;

/** Takes lines until there are no more: questions are answered, commands obeyed. */
final class ChatLoop {

  private final ChatConsole console;
  private final Conversation conversation;
  private final ChatCommands commands;
  private boolean failed;

  /**
   * @param capacity tokens of the conversation that the engine keeps
   */
  ChatLoop(ChatConsole console, Conversation conversation, int capacity) {
    this.console = console;
    this.conversation = conversation;
    this.commands = new ChatCommands(conversation, capacity);
  }

  /** Returns the exit code. */
  int run() {
    console.onInterrupt(conversation::stop);
    if (console.interactive()) {
      console.note("/help lists the commands; Ctrl-C stops an answer, Ctrl-D ends the program.");
    }
    Optional<String> line = console.read();
    while (line.isPresent()) {
      take(line.get().strip());
      line = commands.left() ? Optional.empty() : console.read();
    }
    return failed && !console.interactive() ? 1 : 0;
  }

  private void take(String line) {
    try {
      if (line.startsWith("/")) {
        commands.run(line).ifPresent(console::note);
      } else if (!line.isEmpty()) {
        answer(line);
      }
    } catch (LlamaException e) {
      failed = true;
      console.note(e.getMessage());
    }
  }

  private void answer(String question) {
    Turn turn = conversation.ask(question, console::answer);
    commands.answered(turn);
    console.endAnswer();
    if (turn.forgottenTurns() > 0) {
      console.note(
          "The conversation has outgrown the model's context: its first %d turns were forgotten before this answer."
              .formatted(conversation.turns() - conversation.seenTurns()));
    }
    switch (turn.end()) {
      case STOP -> {}
      case LENGTH -> console.note("The answer ends here: it has all tokens that it may have.");
      case STOPPED -> console.note("Stopped.");
    }
  }
}
