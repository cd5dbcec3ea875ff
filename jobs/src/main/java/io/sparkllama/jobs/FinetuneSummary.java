package io.sparkllama.jobs;

import io.sparkllama.finetune.FinetuneResult;
import io.sparkllama.jobs.finetune.Examples;
import io.sparkllama.jobs.finetune.FinetuneDisplay;
import io.sparkllama.jobs.finetune.InstalledAdapter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/** What a run of training says at its end. */
final class FinetuneSummary {

  private FinetuneSummary() {}

  static void print(
      PrintWriter out,
      Path output,
      FinetuneResult result,
      Examples read,
      Optional<InstalledAdapter> installed) {
    out.printf(
        "examples   %,d to learn from, %,d held out, %,d rows empty, %,d too long%n",
        read.data().train().size(), read.data().heldOut().size(), read.empty(), read.tooLong());
    out.printf(
        "training   %,d steps, %,d tokens, %,d s%n",
        result.last().step(), result.last().tokens(), result.last().elapsed().toSeconds());
    result.before().ifPresent(found -> out.printf("base       %s%n", FinetuneDisplay.text(found)));
    result
        .best()
        .ifPresent(
            found ->
                out.printf(
                    "adapter    %s (step %,d)%n", FinetuneDisplay.text(found), found.step()));
    if (result.ending() == FinetuneResult.Ending.STOPPED) {
      out.printf("stopped    go on with --resume%n");
    }
    result
        .adapter()
        .ifPresentOrElse(
            folder -> out.printf("written    %s%n", folder),
            () -> out.printf("written    nothing yet in %s%n", output));
    result
        .adapter()
        .ifPresent(
            folder ->
                out.printf(
                    "use it by  adapter => '%s'%n",
                    installed
                        .map(InstalledAdapter::name)
                        .orElse(
                            folder.resolve(folder.getFileName() + ".onnx_adapter").toString())));
    out.flush();
  }
}
