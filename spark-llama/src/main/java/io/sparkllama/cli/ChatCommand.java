package io.sparkllama.cli;

import io.sparkllama.chat.ChatOptions;
import io.sparkllama.chat.Conversation;
import io.sparkllama.engine.EngineOptions;
import io.sparkllama.engine.LlamaEngine;
import io.sparkllama.engine.Sampling;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.runtime.Attention;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Talks. */
@Command(
    name = "chat",
    description = {
      "Talks with a model, turn by turn; answers come as they are written.",
      "",
      "Ctrl-C stops an answer, Ctrl-D or /exit ends the program, /help lists the commands. Where"
          + " standard input is no terminal, each line is a question or a command, standard output"
          + " has the answers alone, and standard error the rest."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the model cannot be opened, or a line that was no terminal's was not answered",
      "2:the command line is wrong"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  spark-llama chat --model models/smollm2 --system 'Answer in one sentence.'",
      "  echo 'What is a llama?' | spark-llama chat --model models/smollm2 --max-tokens 40"
    })
final class ChatCommand implements Callable<Integer> {

  private static final int MOST_CAPACITY = 8192;

  @Mixin private ModelMixin model;

  @Option(names = "--system", paramLabel = "TEXT", description = "What the model is told to be.")
  private Optional<String> system = Optional.empty();

  @Option(
      names = "--load",
      paramLabel = "FILE",
      description = "Goes on from a conversation that /save has written.")
  private Optional<Path> load = Optional.empty();

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "512",
      description = "Most tokens of an answer (default: ${DEFAULT-VALUE}).")
  private int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "0 takes the most likely token, more makes answers vary (default: 0).")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Chooses among the K most likely tokens; 0: among all (default).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Chooses among the likeliest tokens that reach this sum (default: 1).")
  private double topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Decides random choices (default: 0).")
  private long seed;

  @Option(
      names = "--adapter",
      paramLabel = "NAME",
      description = "Adapter of the package by its name, or an adapter's file.")
  private Optional<String> adapter = Optional.empty();

  @Option(
      names = "--capacity",
      paramLabel = "N",
      defaultValue = "0",
      description = "Tokens of the conversation that are kept (default: as the model, <= 8192).")
  private int capacity;

  @Mixin private DeviceMixin device;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ModelPackage source = model.open();
    ChatOptions options = new ChatOptions(maxTokens, sampling(), adapter.map(source::adapter));
    options.adapter().ifPresent(source::requireAdapter);
    try (LlamaEngine engine = LlamaEngine.open(source, engineOptions(source));
        ChatConsole console = ChatConsole.open(spec.commandLine())) {
      Conversation conversation = new Conversation(engine, options);
      load.ifPresent(file -> conversation.resume(Transcript.read(file)));
      system.ifPresent(text -> conversation.system(Optional.of(text)));
      return new ChatLoop(console, conversation, engine.capacity()).run();
    }
  }

  private Sampling sampling() {
    return new Sampling(temperature, topK, topP, 0, 1, seed);
  }

  private EngineOptions engineOptions(ModelPackage source) {
    int tokens =
        capacity == 0 ? Math.min(MOST_CAPACITY, source.architecture().contextLength()) : capacity;
    return new EngineOptions(1, tokens, model.threads(), 0, Attention.OWN, device.chosen());
  }
}
