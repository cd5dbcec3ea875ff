package io.sparkllama.cli;

import io.sparkllama.publish.Places;
import io.sparkllama.publish.Publication;
import io.sparkllama.publish.Publication.Visibility;
import io.sparkllama.publish.Push;
import io.sparkllama.publish.PushRequest;
import io.sparkllama.publish.TransferReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a package where others can take it from. */
@Command(
    name = "push",
    description =
        "Puts a model package on a model hub or any file system that the Hadoop client knows, with"
            + " a card (README.md) where it has none. Nobody can take it for whole before it is; a"
            + " push that was interrupted goes on where it was.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  HF_ENDPOINT   address of the hub (default: https://huggingface.co)",
      "  HF_TOKEN      token that may write",
      "",
      "Examples:",
      "  spark-llama push models/smollm2 hub:me/smollm2-w8a8 --license apache-2.0",
      "  spark-llama push models/smollm2 hdfs:///models/smollm2-2026-11"
    })
final class PushCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "MODEL_DIR", description = "Folder of the model package.")
  private Path model;

  @Parameters(
      index = "1",
      paramLabel = "TARGET",
      description =
          "hub:OWNER/NAME, hub:OWNER/NAME@BRANCH, or the URI of a new folder (hdfs://, s3a://,"
              + " file:///, ...).")
  private String target;

  @Option(
      names = "--license",
      paramLabel = "NAME",
      description =
          "License of the model for its card, as apache-2.0 or llama3.2 (default: the source's).")
  private String license;

  @Option(
      names = "--message",
      paramLabel = "TEXT",
      defaultValue = "Push with spark-llama",
      description = "What the version is, on a hub (default: ${DEFAULT-VALUE}).")
  private String message;

  @Option(
      names = "--visibility",
      paramLabel = "NAME",
      defaultValue = "private",
      description =
          "Who may read a repository that is made for it: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}).")
  private Visibility visibility;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try (PercentBar bar = PercentBar.start("push")) {
      TransferReport report =
          Push.run(
              new PushRequest(
                  model,
                  target,
                  Optional.ofNullable(license),
                  new Publication(message, visibility),
                  Places.ofEnvironment(),
                  bar::advanced));
      PrintWriter out = spec.commandLine().getOut();
      TransferTable.lines(report).forEach(out::println);
      out.flush();
      return 0;
    }
  }
}
