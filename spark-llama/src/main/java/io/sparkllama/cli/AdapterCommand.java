package io.sparkllama.cli;

import io.sparkllama.convert.AdapterConverter;
import io.sparkllama.model.CacheSettings;
import io.sparkllama.model.ModelPackages;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a LoRA adapter ready for a package. */
@Command(
    name = "adapter",
    description =
        "Makes a LoRA adapter into a file that a package takes at run time. The package must have"
            + " been converted with --adapter or --lora-rank.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  spark-llama adapter my-peft-folder models/smollm2 reviews.onnx_adapter",
      "  echo '{\"id\": 1, \"prompt\": \"Hi\", \"adapter\": \"reviews.onnx_adapter\"}' \\",
      "    | spark-llama generate --model models/smollm2"
    })
final class AdapterCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "PEFT_DIR", description = "Folder as PEFT saves it.")
  private Path peft;

  @Parameters(index = "1", paramLabel = "MODEL_DIR", description = "Package to make it for.")
  private String model;

  @Parameters(index = "2", paramLabel = "FILE", description = "File to write.")
  private Path target;

  @Override
  public Integer call() {
    AdapterConverter.convert(
        peft,
        ModelPackages.open(model, Optional.empty(), CacheSettings.defaults()),
        target.toAbsolutePath());
    return 0;
  }
}
