package io.sparkllama.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelPackages;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows a model package after checking it. */
@Command(
    name = "inspect",
    description = "Checks a model package and shows what it is.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  spark-llama inspect models/smollm2 --json")
final class InspectCommand implements Callable<Integer> {

  @Parameters(paramLabel = "MODEL_DIR", description = "Folder of the model package.")
  private String model;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "Which graph of several to take, as q4 for onnx/model_q4.onnx.")
  private String variant;

  @Option(
      names = "--slots",
      paramLabel = "N",
      defaultValue = "16",
      description = "Rows decoded together, to estimate memory for (default: ${DEFAULT-VALUE}).")
  private int slots;

  @Option(
      names = "--capacity",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Tokens of a slot, to estimate memory for (default: ${DEFAULT-VALUE}).")
  private int capacity;

  @Option(names = "--json", description = "Write one JSON object instead of a table.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    ModelReport report =
        ModelReport.of(
            ModelPackages.open(model, Optional.ofNullable(variant), CacheSettings.defaults()),
            slots,
            capacity);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JsonLine.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report));
    } else {
      report.table().forEach(out::println);
    }
    out.flush();
    return 0;
  }
}
