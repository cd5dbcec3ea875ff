package io.sparkllama.cli;

import java.util.Optional;
import picocli.CommandLine;

/** Where a conversation takes place. */
sealed interface ChatConsole extends AutoCloseable permits TerminalConsole, StreamConsole {

  /** The terminal where there is one, else standard input and output. */
  static ChatConsole open(CommandLine command) {
    return Terminal.talks() ? TerminalConsole.open() : StreamConsole.open(command);
  }

  /** Whether somebody sits there, who sees an error and goes on. */
  boolean interactive();

  /** The next line; nothing at the end of input. */
  Optional<String> read();

  /** Writes a part of an answer so that it is seen at once; for any thread. */
  void answer(String piece);

  /** Ends an answer. */
  void endAnswer();

  /** Says something that no model has said. */
  void note(String text);

  /** What Ctrl-C does while an answer is written. */
  void onInterrupt(Runnable action);

  @Override
  void close();
}
