package io.sparkllama.spark.exec;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * Rows in flight: some are read ahead and their calls sent to the engine, and rows leave in the
 * order in which they came. As one leaves the next is read, so that the slots stay full. What is
 * read ahead is bounded by number and by bytes, whatever the partition holds.
 */
final class CallWindow implements Iterator<InternalRow>, AutoCloseable {

  /** Bytes of rows and arguments behind which no further row is read ahead. */
  static final long MOST_BYTES = 32L << 20;

  private final Iterator<InternalRow> source;
  private final List<RowCall> calls;
  private final UnsafeProjection copied;
  private final UnsafeProjection output;
  private final RowMetrics metrics;
  private final int size;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /** A row with the answers that it waits for. */
  private record Pending(UnsafeRow row, List<CallAnswer> answers, long bytes) {

    void cancel() {
      answers.forEach(CallAnswer::cancel);
    }
  }

  /**
   * @param copied the source's columns
   * @param output the source's columns and a column of each call
   * @param size most rows in flight
   */
  CallWindow(
      Iterator<InternalRow> source,
      List<RowCall> calls,
      UnsafeProjection copied,
      UnsafeProjection output,
      RowMetrics metrics,
      int size) {
    this.source = source;
    this.calls = calls;
    this.copied = copied;
    this.output = output;
    this.metrics = metrics;
    this.size = size;
  }

  @Override
  public boolean hasNext() {
    return !pending.isEmpty() || source.hasNext();
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    while (hasRoom() && source.hasNext()) {
      keep(submit(source.next()));
    }
    Pending first = pending.element();
    Object[] values = new Object[calls.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = calls.get(i).value(first.answers.get(i));
    }
    leave();
    metrics.row();
    return output.apply(new JoinedRow(first.row, new GenericInternalRow(values)));
  }

  private boolean hasRoom() {
    return pending.isEmpty() || (pending.size() < size && bytes < MOST_BYTES);
  }

  private Pending submit(InternalRow read) {
    UnsafeRow row = (read instanceof UnsafeRow unsafe ? unsafe : copied.apply(read)).copy();
    List<CallAnswer> answers = calls.stream().map(call -> call.ask(row)).toList();
    long held = answers.stream().mapToLong(CallAnswer::bytes).sum() + row.getSizeInBytes();
    return new Pending(row, answers, held);
  }

  private synchronized void keep(Pending row) {
    pending.add(row);
    bytes += row.bytes;
    if (closed) {
      row.cancel();
    }
  }

  private synchronized void leave() {
    bytes -= pending.remove().bytes;
  }

  /** Gives the slots of rows back that nobody waits for any more. For any thread. */
  @Override
  public synchronized void close() {
    closed = true;
    pending.forEach(Pending::cancel);
  }
}
