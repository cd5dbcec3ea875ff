package io.sparkllama.cli;

import io.sparkllama.chat.Conversation;
import io.sparkllama.chat.Turn;
import io.sparkllama.errors.RequestException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be done in a conversation besides asking. */
final class ChatCommands {

  private enum Name {
    SYSTEM("TEXT", "tells the model what to be; without a text, nothing any more"),
    UNDO("", "takes the last question and its answer back"),
    RESET("", "forgets all turns"),
    STATS("", "tells how long the last answer took, and how full the context is"),
    SAVE("FILE", "writes the conversation as JSON into a new file"),
    LOAD("FILE", "goes on from a conversation that has been saved"),
    HELP("", "lists the commands"),
    EXIT("", "ends the program");

    private final String argument;
    private final String help;

    Name(String argument, String help) {
      this.argument = argument;
      this.help = help;
    }

    private String command() {
      return "/" + name().toLowerCase(Locale.ROOT);
    }

    private String line() {
      return "%-13s %s".formatted(command() + " " + argument, help);
    }
  }

  private final Conversation conversation;
  private final int capacity;
  private Optional<Turn> last = Optional.empty();
  private boolean left;

  ChatCommands(Conversation conversation, int capacity) {
    this.conversation = conversation;
    this.capacity = capacity;
  }

  static List<String> names() {
    return Arrays.stream(Name.values()).map(Name::command).toList();
  }

  void answered(Turn turn) {
    last = Optional.of(turn);
  }

  /** Whether the program is to end. */
  boolean left() {
    return left;
  }

  /**
   * Obeys a line.
   *
   * @return what to say to that, if anything
   * @throws RequestException for a command that is not known or not possible
   */
  Optional<String> run(String line) {
    String[] parts = line.split("\\s+", 2);
    String argument = parts.length > 1 ? parts[1].strip() : "";
    return Optional.of(obey(name(parts[0]), argument)).filter(said -> !said.isEmpty());
  }

  private String obey(Name name, String argument) {
    return switch (name) {
      case SYSTEM -> system(argument);
      case UNDO ->
          conversation.undo().isPresent() ? "Taken back." : "There is nothing to take back.";
      case RESET -> reset();
      case STATS -> last.map(this::stats).orElse("Nothing has been answered yet.");
      case SAVE -> save(file(argument, Name.SAVE));
      case LOAD -> load(file(argument, Name.LOAD));
      case HELP -> Arrays.stream(Name.values()).map(Name::line).collect(Collectors.joining("\n"));
      case EXIT -> {
        left = true;
        yield "";
      }
    };
  }

  private static Name name(String command) {
    return Arrays.stream(Name.values())
        .filter(name -> name.command().equals(command))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestException(
                    "Unknown command: found %s, expected one of %s. Begin a question with another character."
                        .formatted(command, String.join(", ", names()))));
  }

  private static Path file(String argument, Name name) {
    if (argument.isEmpty()) {
      throw new RequestException(
          "Missing file: expected %s FILE. Name one.".formatted(name.command()));
    }
    return Path.of(argument);
  }

  private String system(String text) {
    conversation.system(Optional.of(text).filter(content -> !content.isEmpty()));
    return text.isEmpty() ? "The model is told nothing." : "The model is told so from now on.";
  }

  private String reset() {
    conversation.reset();
    return "All turns are forgotten.";
  }

  private String save(Path file) {
    Transcript.write(conversation.messages(), file);
    return "Saved: " + file;
  }

  private String load(Path file) {
    conversation.resume(Transcript.read(file));
    return "Turns: " + conversation.turns();
  }

  private String stats(Turn turn) {
    double seconds = turn.time().minus(turn.firstToken()).toNanos() / 1e9;
    return """
        turns         %d, of which the model sees %d
        context       %,d of %,d tokens
        last prompt   %,d tokens, %,d of them kept from earlier turns
        first token   after %.2f s
        last answer   %,d tokens, %.1f a second after the first"""
        .formatted(
            conversation.turns(),
            conversation.seenTurns(),
            turn.promptTokens() + turn.answerTokens(),
            capacity,
            turn.promptTokens(),
            turn.reusedTokens(),
            turn.firstToken().toNanos() / 1e9,
            turn.answerTokens(),
            seconds > 0 ? Math.max(0, turn.answerTokens() - 1) / seconds : 0);
  }
}
