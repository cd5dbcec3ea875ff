package io.sparkllama.spark.exec;

import io.sparkllama.spark.functions.LlamaCall;
import io.sparkllama.task.TaskAnswer;
import io.sparkllama.task.TaskRunner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * Rows in flight: a bounded number is read ahead and their texts sent to the engine, and rows leave
 * in the order in which they came. As one leaves the next is read, so that the slots stay full.
 */
final class CallWindow implements Iterator<InternalRow>, AutoCloseable {

  private final Iterator<InternalRow> source;
  private final List<LlamaCall> calls;
  private final UnsafeProjection texts;
  private final UnsafeProjection output;
  private final RowMetrics metrics;
  private final EqualTexts equalTexts;
  private final CallResult result;
  private final int size;
  private final Deque<Pending> pending = new ArrayDeque<>();
  private boolean closed;

  /** A row, and the answer to each of its calls; no answer for NULL. */
  private record Pending(InternalRow row, List<Optional<CompletableFuture<TaskAnswer>>> answers) {

    void cancel() {
      answers.forEach(answer -> answer.ifPresent(future -> future.cancel(true)));
    }
  }

  CallWindow(
      Iterator<InternalRow> source,
      List<LlamaCall> calls,
      TaskRunner runner,
      UnsafeProjection texts,
      UnsafeProjection output,
      RowMetrics metrics) {
    this.source = source;
    this.calls = calls;
    this.texts = texts;
    this.output = output;
    this.metrics = metrics;
    this.size = calls.get(0).settings().batchSize();
    this.equalTexts = new EqualTexts(runner, metrics, size);
    this.result = new CallResult(metrics);
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
    while (pending.size() < size && source.hasNext()) {
      keep(submit(source.next().copy()));
    }
    Pending first = pending.element();
    Object[] values = new Object[calls.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          first.answers.get(i).isPresent()
              ? result.of(calls.get(i), first.answers.get(i).get())
              : null;
    }
    leave();
    metrics.rows().add(1);
    return output.apply(new JoinedRow(first.row, new GenericInternalRow(values)));
  }

  private Pending submit(InternalRow row) {
    UnsafeRow read = texts.apply(row);
    List<Optional<CompletableFuture<TaskAnswer>>> answers = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      answers.add(
          read.isNullAt(i) ? Optional.empty() : Optional.of(equalTexts.ask(calls.get(i), read, i)));
    }
    return new Pending(row, answers);
  }

  private synchronized void keep(Pending row) {
    pending.add(row);
    if (closed) {
      row.cancel();
    }
  }

  private synchronized void leave() {
    pending.remove();
  }

  /** Gives the slots of rows back that nobody waits for any more. For any thread. */
  @Override
  public synchronized void close() {
    closed = true;
    pending.forEach(Pending::cancel);
  }
}
