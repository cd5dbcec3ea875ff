package io.sparkllama.jobs.pipeline.run;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.sparkllama.jobs.pipeline.check.CheckedPipeline;
import io.sparkllama.jobs.pipeline.check.StepCall;
import io.sparkllama.jobs.pipeline.check.StepInput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Columns of our own beside those of the source; their names begin with {@code _llama_}. */
final class RowHashes {

  /** The key columns as a JSON object. */
  static final String KEY = "_llama_key";

  /** SHA-256 of all columns. */
  static final String HASH = "_llama_hash";

  private static final int SHA_256 = 256;

  /** Nothing of a value is lost, and NULL is not the same as a missing column. */
  private static final Map<String, String> EXACT = new HashMap<>(JsonTimes.OPTIONS);

  static {
    EXACT.put("ignoreNullFields", "false");
  }

  private RowHashes() {}

  static Dataset<Row> add(Dataset<Row> rows, CheckedPipeline pipeline) {
    List<Column> columns = new ArrayList<>(columns(List.of(rows.columns())));
    columns.add(json(columns(pipeline.definition().key())).as(KEY));
    columns.add(sha2(json(columns(List.of(rows.columns()))), SHA_256).as(HASH));
    Dataset<Row> hashed = rows.select(columns.toArray(Column[]::new));
    for (int i = 0; i < pipeline.steps().size(); i++) {
      hashed = hashed.withColumn(result(i), resultKey(pipeline, i));
    }
    return hashed;
  }

  /** The keys of some rows, as {@link #KEY}. */
  static Dataset<Row> keys(Dataset<Row> rows, List<String> key) {
    return rows.select(json(columns(key)).as(KEY));
  }

  /** Column with the key of a step's answer in the table of results; NULL if nothing is asked. */
  static String result(int step) {
    return "_llama_result_" + step;
  }

  /**
   * What an answer depends on: the call, and its inputs. The answer of an earlier step stands for
   * itself by its own key, so that all keys are known before anything is asked.
   */
  private static Column resultKey(CheckedPipeline pipeline, int index) {
    StepCall step = pipeline.steps().get(index);
    List<Column> inputs = step.inputs().stream().map(input -> input(pipeline, input)).toList();
    Column content = sha2(concat(lit(step.identity().hash()), json(numbered(inputs))), SHA_256);
    return when(coalesce(inputs.toArray(Column[]::new)).isNotNull(), content);
  }

  private static Column input(CheckedPipeline pipeline, StepInput input) {
    return input.origin() == StepInput.Origin.SOURCE
        ? quoted(input.column())
        : col(result(pipeline.indexOf(input.column())));
  }

  private static List<Column> numbered(List<Column> columns) {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> columns.get(i).as(Integer.toString(i)))
        .toList();
  }

  private static Column json(List<Column> columns) {
    return to_json(struct(columns.toArray(Column[]::new)), EXACT);
  }

  static List<Column> columns(List<String> names) {
    return names.stream().map(RowHashes::quoted).toList();
  }

  /** A column whatever its name holds. */
  static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
