package io.sparkllama.spark.exec;

import io.sparkllama.spark.ScalaFunctions;
import io.sparkllama.spark.engine.EngineSpec;
import io.sparkllama.spark.functions.LlamaCall;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;

/** Answers of one call in the executor's cache. For one thread. */
final class KnownAnswers {

  private final ResultCache cache;
  private final long limit;
  private final DataType type;
  private final AnswerKey.Maker keys;
  private final UnsafeProjection stored;

  /**
   * @param limit most bytes of the cache; 0 keeps and finds nothing
   */
  KnownAnswers(LlamaCall call, EngineSpec engine, ResultCache cache, long limit) {
    this.cache = cache;
    this.limit = limit;
    this.type = call.dataType();
    this.keys = new AnswerKey.Maker(call, engine);
    this.stored =
        UnsafeProjection.create(ScalaFunctions.seq(List.of(new BoundReference(0, type, true))));
  }

  Optional<AnswerKey> key(UnsafeRow arguments) {
    return limit == 0 ? Optional.empty() : Optional.of(keys.of(arguments));
  }

  /** The value of the call's column. */
  Optional<Object> find(AnswerKey key) {
    return cache.find(key).map(this::value);
  }

  void keep(AnswerKey key, Object value) {
    UnsafeRow row = stored.apply(new GenericInternalRow(new Object[] {value}));
    // A copy: the projection writes the next row to the same bytes.
    cache.keep(key, row.copy().getBytes(), limit);
  }

  private Object value(byte[] bytes) {
    UnsafeRow row = new UnsafeRow(1);
    row.pointTo(bytes, bytes.length);
    return row.get(0, type);
  }
}
