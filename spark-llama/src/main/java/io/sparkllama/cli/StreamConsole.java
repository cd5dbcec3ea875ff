package io.sparkllama.cli;

import io.sparkllama.errors.RequestException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;

/** Lines in, answers out; what else is said goes to standard error. */
final class StreamConsole implements ChatConsole {

  private final BufferedReader in;
  private final PrintWriter out;
  private final PrintWriter err;

  StreamConsole(BufferedReader in, PrintWriter out, PrintWriter err) {
    this.in = in;
    this.out = out;
    this.err = err;
  }

  static StreamConsole open(CommandLine command) {
    return new StreamConsole(FilesMixin.lines(System.in), command.getOut(), command.getErr());
  }

  @Override
  public boolean interactive() {
    return false;
  }

  @Override
  public Optional<String> read() {
    try {
      return Optional.ofNullable(in.readLine());
    } catch (IOException e) {
      throw new RequestException(
          "Cannot read standard input: %s. Check where it comes from.".formatted(e), e);
    }
  }

  @Override
  public void answer(String piece) {
    out.print(piece);
    out.flush();
  }

  @Override
  public void endAnswer() {
    out.println();
    out.flush();
  }

  @Override
  public void note(String text) {
    err.println(text);
    err.flush();
  }

  /** Ctrl-C ends the program, as it ends any that reads a pipe. */
  @Override
  public void onInterrupt(Runnable action) {}

  @Override
  public void close() {}
}
