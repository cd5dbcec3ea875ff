package io.sparkllama.jobs.pipeline.run;

import io.delta.tables.DeltaTable;
import io.sparkllama.jobs.pipeline.definition.TableName;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.delta.Snapshot;
import scala.Option;

/**
 * What the log of a Delta table says.
 *
 * @param table by path or name
 */
record DeltaFiles(SparkSession session, TableName table) {

  boolean exists() {
    return table instanceof TableName.InCatalog
        ? session.catalog().tableExists(table.text())
        : DeltaTable.isDeltaTable(session, table.text());
  }

  DeltaTable open() {
    return table instanceof TableName.InCatalog
        ? DeltaTable.forName(session, table.text())
        : DeltaTable.forPath(session, table.text());
  }

  long version() {
    return snapshot().version();
  }

  /** Identity of the table, which another one in its place does not have. */
  String id() {
    return snapshot().metadata().id();
  }

  /** Whether the table writes down what changes. */
  boolean hasChangeFeed() {
    Option<String> value = snapshot().metadata().configuration().get("delta.enableChangeDataFeed");
    return value.isDefined() && value.get().equals("true");
  }

  /** The last transaction of an application; -1 if there is none. */
  long transaction(String application) {
    Option<Object> version = snapshot().transactions().get(application);
    return version.isDefined() ? (Long) version.get() : -1;
  }

  private Snapshot snapshot() {
    return open().deltaLog().update(false, Option.empty(), Option.empty());
  }
}
