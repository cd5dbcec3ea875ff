package io.sparkllama.jobs.pipeline.state;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.util.Optional;
import org.apache.spark.sql.Row;

/**
 * How fast runs have been from their start to their end.
 *
 * @param runs that it is based on
 * @param promptTokensPerSecond with the tokens that were generated meanwhile, and all else
 */
public record PastSpeed(long runs, double promptTokensPerSecond) {

  private static final int LAST = 5;

  /** Of the last runs that asked a model and ended well; empty if there is none. */
  public static Optional<PastSpeed> of(Runs runs, String modelSha256) {
    Row totals =
        runs.all()
            .where(
                col("model_sha256")
                    .equalTo(modelSha256)
                    .and(col("prompt_tokens").gt(0))
                    .and(col("status").isin("done", "incomplete")))
            .limit(LAST)
            .agg(
                count(lit(1)),
                coalesce(sum("prompt_tokens"), lit(0L)),
                coalesce(sum("seconds"), lit(0.0)))
            .first();
    return totals.getLong(0) == 0
        ? Optional.empty()
        : Optional.of(new PastSpeed(totals.getLong(0), totals.getLong(1) / totals.getDouble(2)));
  }
}
