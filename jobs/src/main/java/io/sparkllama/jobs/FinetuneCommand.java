package io.sparkllama.jobs;

import io.sparkllama.finetune.FinetuneOptions;
import io.sparkllama.finetune.FinetuneRequest;
import io.sparkllama.finetune.FinetuneResult;
import io.sparkllama.finetune.Finetuning;
import io.sparkllama.finetune.LoraTarget;
import io.sparkllama.jobs.finetune.ExampleForm;
import io.sparkllama.jobs.finetune.Examples;
import io.sparkllama.jobs.finetune.FinetuneDisplay;
import io.sparkllama.jobs.finetune.InstalledAdapter;
import io.sparkllama.jobs.finetune.SignalStop;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.model.ModelPackages;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a LoRA adapter on the rows of a table. */
@Command(
    name = "finetune",
    description =
        "Trains a LoRA adapter on the rows of a table, on the driver's processors. Needs the jars of"
            + " PyTorch; see docs/finetune.md.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footerHeading = "%nExample:%n",
    footer = {
      "  finetune --model models/smollm2 --base SmolLM2-135M-Instruct.Q4_1.gguf --input labelled.jsonl"
          + " \\",
      "    --task sentiment --minutes 20 --output adapters/mine --name mine"
    })
final class FinetuneCommand implements Callable<Integer> {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Model package that takes adapters (convert --lora-rank).")
  private String model;

  @Option(
      names = "--base",
      required = true,
      paramLabel = "PATH",
      description = "Checkpoint of which the package was made: GGUF file or safetensors folder.")
  private String base;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the adapter, on this machine.")
  private Path output;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Puts the adapter into the package too: adapter => 'NAME' then finds it.")
  private String name;

  @Mixin private ExampleOptions examples;

  @Option(
      names = "--rank",
      defaultValue = "16",
      paramLabel = "N",
      description = "Rank of the updates. Default: ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--alpha",
      paramLabel = "X",
      description = "Updates are scaled by alpha / rank. Default: twice the rank.")
  private Double alpha;

  @Option(
      names = "--targets",
      split = ",",
      paramLabel = "NAME",
      description = "Products to change: ${COMPLETION-CANDIDATES}. Default: all.")
  private Set<LoraTarget> targets = EnumSet.allOf(LoraTarget.class);

  @Option(
      names = "--learning-rate",
      defaultValue = "5e-4",
      paramLabel = "X",
      description = "The highest. Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  /** The length of the run. */
  static final class Length {
    @Option(
        names = "--epochs",
        paramLabel = "N",
        description = "Times through all rows. Default: 1.")
    private int epochs = 1;

    @Option(
        names = "--minutes",
        paramLabel = "X",
        description = "Time instead, measuring included.")
    private double minutes;

    FinetuneOptions.Length chosen() {
      return minutes > 0
          ? new FinetuneOptions.Time(Duration.ofMillis((long) (minutes * 60_000)))
          : new FinetuneOptions.Epochs(epochs);
    }
  }

  @ArgGroup(exclusive = true)
  private Length length = new Length();

  @Option(
      names = "--batch-tokens",
      defaultValue = "512",
      paramLabel = "N",
      description = "Tokens that a step learns from, about. Default: ${DEFAULT-VALUE}.")
  private int batchTokens;

  @Option(
      names = "--pass-tokens",
      defaultValue = "512",
      paramLabel = "N",
      description =
          "Most tokens that are computed together; fewer take less memory. Default:"
              + " ${DEFAULT-VALUE}.")
  private int passTokens;

  @Option(
      names = "--evaluations",
      defaultValue = "8",
      paramLabel = "N",
      description =
          "How often the held-out rows are measured and the state is kept. Default:"
              + " ${DEFAULT-VALUE}.")
  private int evaluations;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of the arithmetic. Default: one a processor.")
  private Integer threads;

  @Option(names = "--resume", description = "Goes on where an interrupted run was.")
  private boolean resume;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    FinetuneOptions options = options();
    SparkSession session = Session.open("finetune");
    InputTable table = examples.table(session);
    Dataset<Row> rows = examples.rows(table);
    ModelPackage opened = ModelPackages.open(model, Optional.empty(), CacheSettings.defaults());
    Optional<InstalledAdapter> installed =
        Optional.ofNullable(name).map(given -> InstalledAdapter.of(model, opened, given));
    Examples read = read(session, opened, rows);
    PrintWriter out = spec.commandLine().getOut();
    FinetuneResult result = train(opened, read, options);
    // One that goes on is put there at its end.
    boolean done = result.ending() == FinetuneResult.Ending.DONE;
    Optional<InstalledAdapter> copied = installed.filter(target -> done);
    copied.ifPresent(target -> target.copy(result.adapter().orElseThrow()));
    FinetuneSummary.print(out, output, result, read, copied);
    return ending(result).code();
  }

  private Examples read(SparkSession session, ModelPackage opened, Dataset<Row> rows) {
    try (LlamaTokenizer tokenizer = LlamaTokenizer.open(opened)) {
      ExampleForm form = examples.form(session, opened, tokenizer, rows);
      return Examples.read(
          rows,
          form,
          opened.architecture().contextLength(),
          examples.longText(),
          examples.heldOut(),
          examples.seed());
    }
  }

  private FinetuneResult train(ModelPackage opened, Examples read, FinetuneOptions options) {
    Finetuning run =
        new Finetuning(
            new FinetuneRequest(
                base,
                opened,
                output,
                options,
                resume ? FinetuneRequest.Start.RESUME : FinetuneRequest.Start.NEW),
            read.data(),
            new FinetuneDisplay());
    SignalStop stop = SignalStop.by(run::stop);
    try {
      return run.run();
    } finally {
      stop.close();
    }
  }

  private static Ending ending(FinetuneResult result) {
    return result.ending() == FinetuneResult.Ending.DONE ? Ending.DONE : Ending.INTERRUPTED;
  }

  private FinetuneOptions options() {
    return new FinetuneOptions(
        rank,
        alpha == null ? 2.0 * rank : alpha,
        targets,
        learningRate,
        length.chosen(),
        batchTokens,
        passTokens,
        evaluations,
        examples.seed(),
        threads == null ? Runtime.getRuntime().availableProcessors() : threads);
  }
}
