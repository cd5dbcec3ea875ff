package io.sparkllama.spark.exec;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Rows in flight: some are read ahead and their calls sent to the engine, and rows leave in the
 * order in which they came. As one leaves the next is read, so that the slots stay full. What is
 * read ahead is bounded by the number of rows that ask and by bytes, whatever the partition holds;
 * where no row waits for an answer nothing is read ahead.
 */
final class CallWindow implements Iterator<InternalRow>, AutoCloseable {

  /** Bytes of rows and arguments behind which no further row is read ahead. */
  static final long MOST_BYTES = 32L << 20;

  private final Iterator<InternalRow> source;
  private final List<RowQuestion> calls;
  private final Function<InternalRow, UnsafeRow> kept;
  private final UnsafeProjection output;
  private final RowMetrics metrics;
  private final int size;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private long bytes;
  private int asking;
  private boolean closed;

  /** A row with the answers that it waits for. */
  private record Pending(UnsafeRow row, List<CallAnswer> answers, long bytes) {

    boolean asks() {
      return answers.stream().anyMatch(CallAnswer.Asked.class::isInstance);
    }

    void cancel() {
      answers.forEach(CallAnswer::cancel);
    }
  }

  /**
   * @param kept a copy of what is handed on of a row
   * @param output what is kept and a column of each call
   * @param size most rows in flight that ask
   */
  CallWindow(
      Iterator<InternalRow> source,
      List<RowQuestion> calls,
      Function<InternalRow, UnsafeRow> kept,
      UnsafeProjection output,
      RowMetrics metrics,
      int size) {
    this.source = source;
    this.calls = calls;
    this.kept = kept;
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

  /** Closes with the task, or when it is killed. */
  CallWindow of(TaskContext task) {
    task.addTaskCompletionListener((TaskCompletionListener) context -> close());
    // A killed task may wait for an answer, and sees the kill only when it is cancelled.
    KilledTasks.onKill(task, this::close);
    return this;
  }

  private boolean hasRoom() {
    return pending.isEmpty() || (asking > 0 && asking < size && bytes < MOST_BYTES);
  }

  private Pending submit(InternalRow read) {
    List<CallAnswer> answers = calls.stream().map(call -> call.ask(read)).toList();
    UnsafeRow row = kept.apply(read);
    long held = answers.stream().mapToLong(CallAnswer::bytes).sum() + row.getSizeInBytes();
    return new Pending(row, answers, held);
  }

  private synchronized void keep(Pending row) {
    pending.add(row);
    bytes += row.bytes;
    asking += row.asks() ? 1 : 0;
    if (closed) {
      row.cancel();
    }
  }

  private synchronized void leave() {
    Pending row = pending.remove();
    bytes -= row.bytes;
    asking -= row.asks() ? 1 : 0;
  }

  /** Gives the slots of rows back that nobody waits for any more. For any thread. */
  @Override
  public synchronized void close() {
    closed = true;
    pending.forEach(Pending::cancel);
    calls.forEach(RowQuestion::cancel);
  }
}
