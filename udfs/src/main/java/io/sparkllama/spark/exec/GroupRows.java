package io.sparkllama.spark.exec;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BaseOrdering;

/** Rows sorted by group, with a look at the next, so that the last row of a group is known. */
public final class GroupRows implements Iterator<InternalRow> {

  private final Iterator<InternalRow> source;
  private final BaseOrdering groups;
  private InternalRow upcoming;
  private boolean last;

  /**
   * @param groups equal for the rows of one group
   */
  public GroupRows(Iterator<InternalRow> source, BaseOrdering groups) {
    this.source = source;
    this.groups = groups;
    this.upcoming = read();
  }

  @Override
  public boolean hasNext() {
    return upcoming != null;
  }

  @Override
  public InternalRow next() {
    if (upcoming == null) {
      throw new NoSuchElementException();
    }
    InternalRow row = upcoming;
    upcoming = read();
    last = upcoming == null || groups.compare(row, upcoming) != 0;
    return row;
  }

  /** Whether the row that {@link #next()} gave is the last of its group. */
  public boolean last() {
    return last;
  }

  /** A copy: Spark reuses the row that it gave before. */
  private InternalRow read() {
    return source.hasNext() ? source.next().copy() : null;
  }
}
