package io.sparkllama.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkllama.chat.ChatOptions;
import io.sparkllama.chat.Conversation;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.testing.Fixtures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ChatCommandTest {

  private static final int CAPACITY = 300;

  @TempDir private Path folder;

  private static LlamaEngine engine;

  @BeforeAll
  static void open() {
    engine =
        LlamaEngine.open(
            ModelPackages.open(Fixtures.genaiInt4()),
            EngineOptions.DEFAULTS.withSlots(1).withCapacity(CAPACITY));
  }

  @AfterAll
  static void close() {
    engine.close();
  }

  private static CommandLineRun talk(String... lines) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    BufferedReader in = new BufferedReader(new StringReader(String.join("\n", lines)));
    Conversation conversation = new Conversation(engine, ChatOptions.DEFAULTS.withMaxTokens(12));
    StreamConsole console = new StreamConsole(in, new PrintWriter(out), new PrintWriter(err));
    int code = new ChatLoop(console, conversation, CAPACITY).run();
    return new CommandLineRun(code, out.toString(), err.toString());
  }

  @Test
  void standardOutputHasTheAnswersAlone() {
    CommandLineRun one = talk("What is it?");
    CommandLineRun two = talk("What is it?", "", "/undo", "What is it?", "/exit", "Not asked");
    assertThat(one.exitCode()).isZero();
    assertThat(one.out()).isNotBlank();
    assertThat(two.out()).isEqualTo(one.out() + one.out());
    assertThat(two.err()).contains("Taken back.");
  }

  @Test
  void statisticsTellWhatTheLastAnswerTook() {
    assertThat(talk("/stats").err()).contains("Nothing has been answered yet.");
    assertThat(talk("What is it?", "And now?", "/stats").err())
        .contains("turns         2, of which the model sees 2")
        .containsPattern("context       \\d+ of 300 tokens")
        .containsPattern("last prompt   \\d+ tokens, [1-9]\\d* of them kept")
        .containsPattern("first token   after \\d\\.\\d\\d s")
        .containsPattern("last answer   \\d+ tokens, \\d+\\.\\d a second");
  }

  @Test
  void conversationsAreSavedAndGoOn() throws IOException {
    Path file = folder.resolve("talk.json");
    CommandLineRun first = talk("/system Be brief.", "What is it?", "/save " + file);
    assertThat(first.exitCode()).isZero();
    CommandLineRun whole = talk("/system Be brief.", "What is it?", "And now?");
    CommandLineRun second = talk("/load " + file, "And now?");
    assertThat(whole.out()).isEqualTo(first.out() + second.out());
    assertThat(folder).isDirectoryContaining(file::equals);
    assertThat(folder.toFile().list()).hasSize(1);

    String saved = Files.readString(file);
    CommandLineRun again = talk("/save " + file, "/save", "/save " + folder.resolve("no/such"));
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.err())
        .contains("it exists. Choose another name.")
        .contains("Missing file: expected /save FILE")
        .contains("Cannot write the output");
    assertThat(Files.readString(file)).isEqualTo(saved);
  }

  @Test
  void whatIsNoConversationIsRefused() throws IOException {
    Path file = folder.resolve("bad.json");
    Files.writeString(file, "{\"messages\": [{\"role\": \"user\", \"content\": \"secret\"}]}");
    CommandLineRun run = talk("/load " + file, "/load " + folder.resolve("none"), "/what is this");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("found the end as part 2, expected assistant")
        .contains("Cannot read the conversation")
        .contains("Unknown command: found /what, expected one of /system, /undo")
        .doesNotContain("secret");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void anErrorDoesNotEndTheConversation() {
    CommandLineRun run = talk("many words ".repeat(300), "What is it?");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("expected at most 299").doesNotContain("many words");
    assertThat(run.out()).isEqualTo(talk("What is it?").out());
  }

  @Test
  void forgettingIsSaid() {
    String[] questions = "What is it, and what was it?\n".repeat(15).split("\n");
    assertThat(talk(questions).err()).containsPattern("its first \\d+ turns were forgotten");
  }

  @Test
  void helpNamesEveryCommand() {
    assertThat(talk("/help").err()).contains(ChatCommands.names());
  }

  @Test
  void wrongOptionsAreRefused() {
    String model = Fixtures.genaiInt4().toString();
    CommandLineRun run = CommandLineRun.of("chat", "--model", model, "--max-tokens", "0");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("found 0, expected at least 1");
    CommandLineRun unknown = CommandLineRun.of("chat", "--model", model, "--adapter", "none");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("none");
  }
}
