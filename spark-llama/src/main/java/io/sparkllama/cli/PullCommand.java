package io.sparkllama.cli;

import io.sparkllama.publish.Places;
import io.sparkllama.publish.Pull;
import io.sparkllama.publish.PullRequest;
import io.sparkllama.publish.TransferReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gets a package from where others have put it. */
@Command(
    name = "pull",
    description =
        "Gets a model package from a model hub or any file system that the Hadoop client knows."
            + " The folder appears when all files are there and have the right hashes; a pull that"
            + " was interrupted goes on where it was.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  HF_ENDPOINT   address of the hub (default: https://huggingface.co)",
      "  HF_TOKEN      token for private and gated models",
      "",
      "Examples:",
      "  spark-llama pull hub:onnx-community/Llama-3.2-1B-Instruct models/llama \\",
      "    --include '*.json' --include 'onnx/model_q4*'",
      "  spark-llama pull hdfs:///models/llama models/llama"
    })
final class PullCommand implements Callable<Integer> {

  @Parameters(
      index = "0",
      paramLabel = "SOURCE",
      description =
          "hub:OWNER/NAME, hub:OWNER/NAME@REVISION, or the URI of a folder (hdfs://, s3a://,"
              + " file:///, ...).")
  private String source;

  @Parameters(index = "1", paramLabel = "TARGET_DIR", description = "Folder to make.")
  private Path target;

  @Option(
      names = "--include",
      paramLabel = "GLOB",
      description = "Only files whose path fits; may be repeated (default: all files).")
  private List<String> include = List.of();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try (PercentBar bar = PercentBar.start("pull")) {
      TransferReport report =
          Pull.run(new PullRequest(source, target, include, Places.ofEnvironment(), bar::advanced));
      PrintWriter out = spec.commandLine().getOut();
      TransferTable.lines(report).forEach(out::println);
      out.flush();
      return 0;
    }
  }
}
