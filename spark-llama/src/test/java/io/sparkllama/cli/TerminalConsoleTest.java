package io.sparkllama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.chat.ChatOptions;
import io.sparkllama.chat.Conversation;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A terminal whose keys are typed by a test. */
@Timeout(60)
class TerminalConsoleTest {

  private static final char CTRL_C = 3;
  private static final char CTRL_D = 4;

  private final SlowScreen shown = new SlowScreen();
  private final PipedOutputStream keys = new PipedOutputStream();

  /** Shows a piece in a fifth of a second when it is slow: the tiny model says little. */
  private static final class SlowScreen extends ByteArrayOutputStream {
    private volatile boolean slow;

    @Override
    public void flush() throws IOException {
      if (slow) {
        pause();
      }
      super.flush();
    }

    private static void pause() throws IOException {
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        throw new InterruptedIOException();
      }
    }
  }

  private TerminalConsole console() throws IOException {
    Terminal terminal =
        new ExternalTerminal(
            "keys", "xterm", new PipedInputStream(keys), shown, StandardCharsets.UTF_8);
    return new TerminalConsole(terminal);
  }

  private void type(String text) throws IOException {
    keys.write(text.getBytes(StandardCharsets.UTF_8));
    keys.flush();
  }

  private void await(String text) throws InterruptedException {
    while (!shown.toString(StandardCharsets.UTF_8).contains(text)) {
      Thread.sleep(5);
    }
  }

  @Test
  void aQuestionIsTakenAsItIsTyped() throws IOException {
    try (TerminalConsole console = console()) {
      type("Don't say \"no\\yes! \\\r");
      assertThat(console.read()).contains("Don't say \"no\\yes! \\");
      type("" + CTRL_D);
      assertThat(console.read()).isEmpty();
    }
  }

  @Test
  void controlCDropsWhatHasBeenTyped() throws Exception {
    try (TerminalConsole console = console()) {
      CompletableFuture<Optional<String>> line = CompletableFuture.supplyAsync(console::read);
      await("> ");
      type("dropped");
      await("dropped");
      type(CTRL_C + "kept\r");
      assertThat(line.get()).contains("kept");
    }
  }

  @Test
  void controlCStopsTheAnswerAndNotTheProgram() throws Exception {
    try (LlamaEngine engine =
            LlamaEngine.open(
                ModelPackages.open(Fixtures.genaiInt4()),
                EngineOptions.DEFAULTS.withSlots(1).withCapacity(2048));
        TerminalConsole console = console()) {
      Conversation conversation =
          new Conversation(engine, ChatOptions.DEFAULTS.withMaxTokens(2000));
      CompletableFuture<Integer> code =
          CompletableFuture.supplyAsync(() -> new ChatLoop(console, conversation, 2048).run());
      await("> ");
      shown.slow = true;
      type("What is it?\r");
      while (engine.stats().generatedTokens() == 0) {
        Thread.sleep(5);
      }
      type("" + CTRL_C);
      await("Stopped.");
      shown.slow = false;
      type("/stats\r");
      await("last answer");
      type("/exit\r");
      assertThat(code.get()).isZero();
      assertThat(conversation.turns()).isEqualTo(1);
    }
  }
}
