package io.sparkllama.spark.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.Map$;

/** How far a window reads ahead of the row that it hands on; no engine is asked here. */
class CallWindowTest {

  private static final int SIZE = 64;
  private static final UnsafeProjection TEXTS =
      UnsafeProjection.create(new DataType[] {DataTypes.StringType});
  private static final UnsafeProjection OUTPUT =
      UnsafeProjection.create(new DataType[] {DataTypes.StringType, DataTypes.StringType});

  @Test
  void smallRowsAreBoundedByNumber() {
    assertThat(mostAhead(1000, 1_000)).isEqualTo(SIZE);
  }

  /** Rows of 4 MiB: behind the row that reaches 32 MiB none is read. */
  @Test
  void largeRowsAreBoundedByBytes() {
    assertThat(mostAhead(100, 4 << 20)).isEqualTo(8);
  }

  @Test
  void aRowThatIsLargerThanTheBoundGoesAlone() {
    assertThat(mostAhead(3, 40 << 20)).isEqualTo(1);
  }

  /** 64 that ask, and nine without a question in front of each. */
  @Test
  void rowsWithoutAQuestionDoNotCount() {
    AtomicInteger asked = new AtomicInteger();
    RowQuestion everyTenth = question(() -> asked.incrementAndGet() % 10 == 0);
    assertThat(mostAhead(2000, 100, everyTenth)).isEqualTo(10 * SIZE);
  }

  @Test
  void nothingIsReadAheadWhereNobodyIsAsked() {
    assertThat(mostAhead(100, 100, question(() -> false))).isEqualTo(1);
  }

  private static int mostAhead(int rows, int characters) {
    return mostAhead(rows, characters, question(() -> true));
  }

  private static RowQuestion question(BooleanSupplier asks) {
    return new RowQuestion() {
      @Override
      public CallAnswer ask(InternalRow row) {
        return asks.getAsBoolean()
            ? new CallAnswer.Asked(new CompletableFuture<>(), Optional.empty(), 0)
            : new CallAnswer.None();
      }

      @Override
      public Object value(CallAnswer answer) {
        return null;
      }
    };
  }

  private static int mostAhead(int rows, int characters, RowQuestion question) {
    byte[] text = new byte[characters];
    AtomicInteger read = new AtomicInteger();
    Iterator<InternalRow> source =
        IntStream.range(0, rows)
            .mapToObj(
                i -> {
                  read.incrementAndGet();
                  return (InternalRow)
                      new GenericInternalRow(new Object[] {UTF8String.fromBytes(text)});
                })
            .iterator();
    int most = 0;
    int handedOn = 0;
    try (CallWindow window =
        new CallWindow(
            source, List.of(question), row -> TEXTS.apply(row).copy(), OUTPUT, metrics(), SIZE)) {
      while (window.hasNext()) {
        UnsafeRow row = (UnsafeRow) window.next();
        assertThat(row.getUTF8String(0).numBytes()).isEqualTo(characters);
        most = Math.max(most, read.get() - handedOn);
        handedOn++;
      }
    }
    assertThat(handedOn).isEqualTo(rows);
    return most;
  }

  private static RowMetrics metrics() {
    return RowMetrics.of(
        Map$.MODULE$.<String, SQLMetric>empty().withDefaultValue(new SQLMetric("sum", 0)));
  }
}
