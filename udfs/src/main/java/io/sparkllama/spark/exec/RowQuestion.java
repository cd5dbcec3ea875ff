package io.sparkllama.spark.exec;

import org.apache.spark.sql.catalyst.InternalRow;

/** What is asked about the rows of a partition, in their order. For one thread. */
interface RowQuestion {

  /** Asks about a row, which is read before this returns. */
  CallAnswer ask(InternalRow row);

  /** Waits for the value of the call's column. */
  Object value(CallAnswer answer);

  /** Takes back what is asked and is part of no answer yet. For any thread. */
  default void cancel() {}
}
