package io.sparkllama.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkllama.engine.LlamaEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the commands over JSON lines share. */
abstract sealed class LineCommand implements Callable<Integer>
    permits GenerateCommand, ScoreCommand {

  @Mixin private EngineMixin engineOptions;
  @Mixin private FilesMixin files;
  @Spec private CommandSpec spec;

  abstract LineAnswerer answerer(LlamaEngine engine);

  @Override
  public final Integer call() throws IOException, InterruptedException {
    // Closed by the pipeline's reader: closing standard input here would wait for its next line.
    BufferedReader input = files.reader();
    try (LlamaEngine engine = engineOptions.open();
        LineOutput output = files.writer();
        ProgressBar progress = progress()) {
      LinePipeline pipeline = new LinePipeline(answerer(engine), EngineMixin.window(engine));
      long failed =
          pipeline.run(
              input,
              line -> {
                output.write(text(line));
                if (progress != null) {
                  progress.step();
                }
              });
      output.commit();
      if (failed > 0) {
        spec.commandLine()
            .getErr()
            .println("Lines without an answer: " + failed + ". Their field \"error\" says why.");
      }
      return 0;
    }
  }

  private static String text(ObjectNode line) {
    try {
      return JsonLine.JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always JSON", e);
    }
  }

  /** A bar on standard error, or null where nobody looks at it. */
  private ProgressBar progress() {
    if (!files.showsProgress()) {
      return null;
    }
    return new ProgressBarBuilder()
        .setTaskName("Rows")
        .setInitialMax(-1)
        .setConsumer(new ConsoleProgressBarConsumer(System.err))
        .build();
  }
}
