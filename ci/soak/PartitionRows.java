import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** Asks for each row of one large partition, most of which the calls do not use. */
public final class PartitionRows {

  private static final int CHARACTERS = 1 << 20;

  private PartitionRows() {}

  /** MODEL FOLDER ROWS: rows of a mebibyte each, in one file that cannot be split. */
  public static void main(String[] arguments) {
    String folder = arguments[1];
    long rows = Long.parseLong(arguments[2]);
    SparkSession spark = SparkSession.builder().getOrCreate();
    spark.conf().set("spark.llama.model", arguments[0]);
    spark
        .range(0, rows, 1, 1)
        .selectExpr(
            "concat('post number ', id) AS text", "repeat('a', " + CHARACTERS + ") AS rest")
        .write()
        .mode(SaveMode.Overwrite)
        .option("compression", "gzip")
        .json(folder);
    long start = System.nanoTime();
    List<Row> result =
        spark
            .read()
            .schema("text STRING, rest STRING")
            .json(folder)
            .selectExpr("llama_sentiment(text) AS sentiment", "length(rest) AS characters")
            .selectExpr("count(sentiment)", "sum(characters)")
            .collectAsList();
    System.out.printf(
        "%d rows answered, %.2f GiB of one partition, %d MiB of heap, %.0f s%n",
        result.get(0).getLong(0),
        result.get(0).getLong(1) / (double) (1 << 30),
        Runtime.getRuntime().maxMemory() >> 20,
        (System.nanoTime() - start) / 1e9);
    boolean complete =
        result.get(0).getLong(0) == rows && result.get(0).getLong(1) == rows * CHARACTERS;
    System.exit(complete ? 0 : 1);
  }
}
