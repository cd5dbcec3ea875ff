package io.sparkllama.jobs.audit;

import io.sparkllama.jobs.JobException;
import io.sparkllama.jobs.pipeline.definition.Audit;
import java.io.PrintWriter;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a model answered to an audit. */
public final class AuditResult {

  private final Audit audit;
  private final List<Answered> answers;
  private final List<Pairs> pairs;
  private final List<Difference> differences;

  private AuditResult(Audit audit, List<Answered> answers) {
    this.audit = audit;
    this.answers = answers;
    this.pairs = Pairs.of(audit, answers);
    this.differences = pairs.stream().flatMap(groups -> groups.differences().stream()).toList();
  }

  /**
   * Asks the session's model.
   *
   * @throws JobException for an audit that cannot be asked, or of which no pair has answers
   */
  public static AuditResult of(SparkSession session, Audit audit) {
    AuditResult result = new AuditResult(audit, AuditRun.answers(session, audit));
    if (result.differences.isEmpty()) {
      throw new JobException(
          "Cannot compare answers: found none to both prompts of any pair; the first error is: %s Correct the audit's function and options."
              .formatted(
                  result.answers.stream()
                      .flatMap(answer -> answer.error().stream())
                      .findFirst()
                      .orElse("none.")));
    }
    return result;
  }

  /** A row for each prompt: attribute, group, template, term, text, label, error. */
  public Dataset<Row> answers(SparkSession session) {
    return AuditTables.answers(session, answers);
  }

  /**
   * A row for each label of each two groups: attribute, group, other_group, label, pairs, share,
   * other_share, difference, low, high (of the 95 % interval), p_value.
   */
  public Dataset<Row> differences(SparkSession session) {
    return AuditTables.differences(session, differences);
  }

  /** The largest difference between two groups' shares of a label, from 0 to 1. */
  public double largest() {
    return AuditReport.largest(differences).map(Difference::size).orElse(0.0);
  }

  /** Prompts without an answer. */
  public long errors() {
    return answers.stream().filter(answer -> answer.label().isEmpty()).count();
  }

  /** Tables and sentences for a terminal. */
  public void print(PrintWriter out) {
    out.printf("%,d prompts, %,d without an answer%n%n", answers.size(), errors());
    new AuditReport(audit, pairs, differences).print(out);
  }
}
