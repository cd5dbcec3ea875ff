import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Aggregates over one group that is larger than the heap. Four texts come again and again, so that
 * all of them are sorted and few are asked about.
 */
public final class GroupRows {

  private static final int CHARACTERS = 1 << 18;
  private static final int DISTINCT = 4;
  private static final String SUMMARY =
      "llama_summarize_agg(DISTINCT text, 20, max_tokens => 24) AS summary";

  private GroupRows() {}

  /** MODEL FOLDER ROWS: rows of a quarter of a mebibyte of text each, in two files. */
  public static void main(String[] arguments) {
    String folder = arguments[1];
    long rows = Long.parseLong(arguments[2]);
    SparkSession spark = SparkSession.builder().getOrCreate();
    spark.conf().set("spark.llama.model", arguments[0]);
    spark
        .range(0, rows, 1, 2)
        .selectExpr(
            "left(repeat(concat('Post ', id % "
                + DISTINCT
                + ", ' tells of a day at sea. '), 13000), "
                + CHARACTERS
                + ") AS text")
        .write()
        .mode(SaveMode.Overwrite)
        .option("compression", "gzip")
        .json(folder);
    spark.read().schema("text STRING").json(folder).createOrReplaceTempView("posts");
    long start = System.nanoTime();
    Row all =
        spark.sql("SELECT " + SUMMARY + ", count(*), sum(length(text)) FROM posts").head();
    double seconds = (System.nanoTime() - start) / 1e9;
    List<Row> few =
        spark.sql("SELECT " + SUMMARY + " FROM (SELECT * FROM posts LIMIT 64)").collectAsList();
    System.out.printf(
        "%d rows, %.2f GiB of one group, %d MiB of heap, %.0f s%n",
        all.getLong(1),
        all.getLong(2) / (double) (1 << 30),
        Runtime.getRuntime().maxMemory() >> 20,
        seconds);
    boolean complete =
        all.getLong(1) == rows
            && all.getLong(2) == rows * CHARACTERS
            && !all.getString(0).isEmpty()
            && all.getString(0).equals(few.get(0).getString(0));
    System.exit(complete ? 0 : 1);
  }
}
