package io.sparkllama.jobs.console;

import io.sparkllama.jobs.pipeline.definition.Pipeline;
import io.sparkllama.jobs.pipeline.gate.ConfusionMatrix;
import io.sparkllama.jobs.pipeline.gate.QualityGate;
import io.sparkllama.jobs.pipeline.run.RunWatcher;
import io.sparkllama.jobs.pipeline.state.AnswerCounts;
import io.sparkllama.jobs.pipeline.state.RowCounts;
import io.sparkllama.jobs.pipeline.state.RunRecord;
import java.io.PrintWriter;
import java.util.stream.Stream;

/** Prints what a run came to. */
public final class RunSummary implements RunWatcher {

  private final Pipeline pipeline;
  private final QualityGate gate;
  private final PrintWriter out;

  /**
   * @param gate that the run has passed, or not
   */
  public RunSummary(Pipeline pipeline, QualityGate gate, PrintWriter out) {
    this.pipeline = pipeline;
    this.gate = gate;
    this.out = out;
  }

  @Override
  public void recorded(RunRecord run) {
    gate.result()
        .ifPresent(
            result -> {
              out.printf("Quality gate: %s.%n", result.summary());
              result.matrix().ifPresent(this::print);
              out.println();
            });
    out.printf(
        "Run %s of %s: %s in %s.%n",
        run.runId(), run.pipeline(), run.outcome().ending().word(), Durations.text(run.seconds()));
    print(run.rows());
    print(run.answers());
    out.printf("Sink: %s%n", pipeline.sink().text());
    out.flush();
  }

  private void print(RowCounts rows) {
    new TextTable("rows read", "new", "changed", "deleted", "without an answer")
        .add(rows.read(), rows.added(), rows.changed(), rows.deleted(), rows.failed())
        .print(out);
  }

  private void print(AnswerCounts answers) {
    new TextTable("answers asked", "reused", "requests", "prompt tokens", "generated tokens")
        .add(
            answers.asked(),
            answers.reused(),
            answers.requests(),
            answers.promptTokens(),
            answers.generatedTokens())
        .print(out);
  }

  private void print(ConfusionMatrix matrix) {
    TextTable table =
        new TextTable(
            Stream.concat(Stream.of("expected \\ answered"), matrix.answered().stream())
                .toArray(String[]::new));
    for (String right : matrix.expected()) {
      table.add(
          Stream.concat(
                  Stream.of(right),
                  matrix.answered().stream().map(given -> matrix.count(right, given)))
              .toArray());
    }
    table.print(out);
  }
}
