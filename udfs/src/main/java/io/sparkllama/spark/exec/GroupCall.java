package io.sparkllama.spark.exec;

import io.sparkllama.spark.functions.LlamaAggregate;
import io.sparkllama.task.Gathering;
import io.sparkllama.task.TaskAnswer;
import java.io.Serializable;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/** One aggregate over the groups of a partition; the last row of a group has the answer. */
final class GroupCall implements RowQuestion {

  private static final CallAnswer NONE = new CallAnswer.None();

  /** A character, and the token that it may be, for the engine. */
  private static final int BYTES_OF_CHARACTER = 6;

  private final LlamaAggregate call;
  private final Texts texts;
  private final BooleanSupplier lastOfGroup;
  private final Supplier<Gathering> gatherings;
  private final CallResult result;
  private volatile Optional<Gathering> gathering = Optional.empty();
  private volatile boolean cancelled;
  private UTF8String before;

  /**
   * The texts of a group.
   *
   * @param ordinal column with the texts
   * @param distinct whether equal texts, which stand side by side, count once
   */
  record Texts(int ordinal, boolean distinct) implements Serializable {}

  /**
   * @param lastOfGroup whether the row that is asked about is the last of its group
   * @param gatherings begins one for each group
   */
  GroupCall(
      LlamaAggregate call,
      Texts texts,
      BooleanSupplier lastOfGroup,
      Supplier<Gathering> gatherings,
      RowMetrics metrics) {
    this.call = call;
    this.texts = texts;
    this.lastOfGroup = lastOfGroup;
    this.gatherings = gatherings;
    this.result = new CallResult(metrics);
  }

  @Override
  public CallAnswer ask(InternalRow row) {
    if (!row.isNullAt(texts.ordinal())) {
      add(row.getUTF8String(texts.ordinal()));
    }
    if (!lastOfGroup.getAsBoolean()) {
      return NONE;
    }
    CallAnswer answer = gathering.<CallAnswer>map(GroupCall::answer).orElse(NONE);
    gathering = Optional.empty();
    before = null;
    return answer;
  }

  private void add(UTF8String text) {
    if (texts.distinct() && text.equals(before)) {
      return;
    }
    before = texts.distinct() ? text.copy() : null;
    Gathering open = gathering.orElseGet(this::begun);
    try {
      open.add(text.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CallResult.killed(e);
    } catch (CancellationException e) {
      throw CallResult.killed(e);
    }
  }

  private Gathering begun() {
    Gathering begun = gatherings.get();
    gathering = Optional.of(begun);
    if (cancelled) {
      begun.cancel();
    }
    return begun;
  }

  private static CallAnswer answer(Gathering texts) {
    CompletableFuture<TaskAnswer> answer = texts.answer();
    return new CallAnswer.Asked(
        answer, Optional.empty(), BYTES_OF_CHARACTER * texts.waitingCharacters());
  }

  @Override
  public void cancel() {
    cancelled = true;
    gathering.ifPresent(Gathering::cancel);
  }

  @Override
  public Object value(CallAnswer answer) {
    return answer instanceof CallAnswer.Asked asked
        ? result.of(call.prettyName(), call.spec(), asked.answer())
        : null;
  }
}
