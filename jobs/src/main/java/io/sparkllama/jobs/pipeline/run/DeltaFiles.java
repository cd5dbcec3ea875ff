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

  /** Whether the catalog has a view or another kind of table by the name, which has no versions. */
  boolean isOtherThanDelta() {
    if (!(table instanceof TableName.InCatalog) || !session.catalog().tableExists(table.text())) {
      return false;
    }
    try {
      open();
      return false;
    } catch (Exception e) { // Spark throws checked exceptions that no signature names
      return true;
    }
  }

  DeltaTable open() {
    return table instanceof TableName.InCatalog
        ? DeltaTable.forName(session, table.text())
        : DeltaTable.forPath(session, table.text());
  }

  /**
   * A table at one moment.
   *
   * @param version that it had
   * @param id identity of the table, which another one in its place does not have
   */
  record State(long version, String id) {}

  State now() {
    Snapshot now = snapshot();
    return new State(now.version(), now.metadata().id());
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
