package io.sparkllama.jobs.audit;

import java.util.List;
import org.apache.commons.math3.stat.interval.ConfidenceInterval;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** An audit as rows, for programs. */
final class AuditTables {

  private static final StructType ANSWERS =
      new StructType()
          .add("attribute", "string")
          .add("group", "string")
          .add("template", "int")
          .add("term", "int")
          .add("text", "string")
          .add("label", "string")
          .add("error", "string");

  private static final StructType DIFFERENCES =
      new StructType()
          .add("attribute", "string")
          .add("group", "string")
          .add("other_group", "string")
          .add("label", "string")
          .add("pairs", "int")
          .add("share", "double")
          .add("other_share", "double")
          .add("difference", "double")
          .add("low", "double")
          .add("high", "double")
          .add("p_value", "double");

  private AuditTables() {}

  /** A row for each prompt. */
  static Dataset<Row> answers(SparkSession session, List<Answered> answers) {
    return session.createDataFrame(
        answers.stream()
            .map(
                answer ->
                    RowFactory.create(
                        answer.prompt().attribute(),
                        answer.prompt().group(),
                        answer.prompt().template(),
                        answer.prompt().term(),
                        answer.prompt().text(),
                        answer.label().orElse(null),
                        answer.error().orElse(null)))
            .toList(),
        ANSWERS);
  }

  /** A row for each label of each two groups. */
  static Dataset<Row> differences(SparkSession session, List<Difference> differences) {
    return session.createDataFrame(
        differences.stream().map(AuditTables::row).toList(), DIFFERENCES);
  }

  private static Row row(Difference difference) {
    PairedShares shares = difference.shares();
    ConfidenceInterval interval = shares.interval(AuditReport.LEVEL);
    return RowFactory.create(
        difference.attribute(),
        difference.group(),
        difference.other(),
        difference.label(),
        shares.pairs(),
        shares.share(),
        shares.otherShare(),
        shares.difference(),
        interval.getLowerBound(),
        interval.getUpperBound(),
        shares.pValue());
  }
}
