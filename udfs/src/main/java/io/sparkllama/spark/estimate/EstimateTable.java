package io.sparkllama.spark.estimate;

import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A table whose rows are computed on the driver when a query that reads it is planned.
 *
 * @param session the session that asked
 * @param query the analyzed query
 */
record EstimateTable(SparkSession session, LogicalPlan query) implements SupportsRead {

  @Override
  public String name() {
    return EstimateFunction.NAME;
  }

  @Override
  @SuppressWarnings("deprecation") // what replaces it has this as its default
  public StructType schema() {
    return CallEstimate.SCHEMA;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return () ->
        new LocalScan() {
          @Override
          public InternalRow[] rows() {
            return QueryEstimate.of(session, query).stream()
                .map(CallEstimate::row)
                .toArray(InternalRow[]::new);
          }

          @Override
          public StructType readSchema() {
            return CallEstimate.SCHEMA;
          }
        };
  }

  /** Names no query: plans are logged. */
  @Override
  public String toString() {
    return EstimateFunction.NAME;
  }
}
