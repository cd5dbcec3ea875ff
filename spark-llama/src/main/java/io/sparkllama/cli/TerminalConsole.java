package io.sparkllama.cli;

import io.sparkllama.errors.RequestException;
import java.io.IOException;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/** A terminal with line editing and a history of questions. */
final class TerminalConsole implements ChatConsole {

  private final Terminal terminal;
  private final LineReader reader;

  TerminalConsole(Terminal terminal) {
    this.terminal = terminal;
    DefaultParser parser = new DefaultParser();
    // A question is prose: quotes and backslashes in it mean nothing.
    parser.setEscapeChars(null);
    parser.setQuoteChars(null);
    this.reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .parser(parser)
            .completer(new StringsCompleter(ChatCommands.names()))
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
  }

  static TerminalConsole open() {
    try {
      return new TerminalConsole(TerminalBuilder.builder().system(true).build());
    } catch (IOException e) {
      throw new RequestException(
          "Cannot use the terminal: %s. Give the questions by a pipe instead.".formatted(e), e);
    }
  }

  @Override
  public boolean interactive() {
    return true;
  }

  /** Ctrl-C drops what has been typed. */
  @Override
  public Optional<String> read() {
    while (true) {
      try {
        return Optional.of(reader.readLine("> "));
      } catch (UserInterruptException e) {
        if (e.getPartialLine().isEmpty()) {
          note("Ctrl-D or /exit ends the program.");
        }
      } catch (EndOfFileException e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public void answer(String piece) {
    terminal.writer().print(piece);
    terminal.flush();
  }

  @Override
  public void endAnswer() {
    answer("\n\n");
  }

  @Override
  public void note(String text) {
    AttributedString dim = new AttributedString(text, AttributedStyle.DEFAULT.faint());
    terminal.writer().println(dim.toAnsi(terminal));
    terminal.flush();
  }

  @Override
  public void onInterrupt(Runnable action) {
    terminal.handle(Terminal.Signal.INT, signal -> action.run());
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new RequestException("Cannot give the terminal back: %s.".formatted(e), e);
    }
  }
}
