package io.sparkllama.spark.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Values of JSON against the literals of Java. */
class JsonValuesTest {

  private final JsonValues values = new JsonValues(ZoneId.of("Europe/Zurich"));

  @Test
  void readsEachType() {
    StructType type =
        StructType.fromDDL(
            "s STRING, b BOOLEAN, i INT, l BIGINT, t TINYINT, h SMALLINT, f FLOAT, d DOUBLE,"
                + " m DECIMAL(20,2), y DATE, ts TIMESTAMP, n TIMESTAMP_NTZ, z TIMESTAMP");
    InternalRow row =
        (InternalRow)
            values.read(
                "{\"s\":\"a \\\"\u00e9\\\"\",\"b\":true,\"i\":-2147483648,\"l\":9223372036854775807,"
                    + "\"t\":-128,\"h\":32767,\"f\":1.5,\"d\":0.1,\"m\":123456789012345678.25,"
                    + "\"y\":\"2024-02-29\",\"ts\":\"2026-07-01T12:00:00.000001\","
                    + "\"n\":\"2026-07-01T12:00:00\",\"z\":\"2026-07-01T12:00:00+05:00\"}",
                type);
    assertThat(row.getUTF8String(0).toString()).isEqualTo("a \"\u00e9\"");
    assertThat(row.getBoolean(1)).isTrue();
    assertThat(row.getInt(2)).isEqualTo(Integer.MIN_VALUE);
    assertThat(row.getLong(3)).isEqualTo(Long.MAX_VALUE);
    assertThat(row.getByte(4)).isEqualTo(Byte.MIN_VALUE);
    assertThat(row.getShort(5)).isEqualTo(Short.MAX_VALUE);
    assertThat(row.getFloat(6)).isEqualTo(1.5f);
    assertThat(row.getDouble(7)).isEqualTo(0.1);
    Decimal decimal = row.getDecimal(8, 20, 2);
    assertThat(decimal.toJavaBigDecimal()).isEqualTo(new BigDecimal("123456789012345678.25"));
    assertThat(row.getInt(9)).isEqualTo((int) LocalDate.of(2024, 2, 29).toEpochDay());
    assertThat(row.getLong(10)).isEqualTo(micros("2026-07-01T10:00:00Z") + 1);
    assertThat(row.getLong(11)).isEqualTo(micros("2026-07-01T12:00:00Z"));
    assertThat(row.getLong(12)).isEqualTo(micros("2026-07-01T07:00:00Z"));
  }

  @Test
  void whatIsMissingIsNull() {
    StructType type = StructType.fromDDL("a STRING, b ARRAY<STRUCT<c: INT>>, d STRUCT<e: DATE>");
    InternalRow row =
        (InternalRow) values.read("{\"b\":[{\"c\":1},{\"c\":null}],\"d\":{\"e\":null}}", type);
    assertThat(row.isNullAt(0)).isTrue();
    assertThat(row.getArray(1).getStruct(0, 1).getInt(0)).isEqualTo(1);
    assertThat(row.getArray(1).getStruct(1, 1).isNullAt(0)).isTrue();
    assertThat(row.getStruct(2, 1).isNullAt(0)).isTrue();
  }

  private static long micros(String instant) {
    return Instant.parse(instant).getEpochSecond() * 1_000_000;
  }
}
