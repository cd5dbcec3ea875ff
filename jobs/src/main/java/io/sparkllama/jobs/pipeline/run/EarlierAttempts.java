package io.sparkllama.jobs.pipeline.run;

import io.sparkllama.jobs.pipeline.state.TaskJournal;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Fills in what earlier attempts of a task were told.
 *
 * @param keys places of the keys of each step's answer
 * @param known places of the answers
 */
record EarlierAttempts(TaskJournal journal, List<Integer> keys, List<Integer> known)
    implements MapPartitionsFunction<Row, Row> {

  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    Map<String, String> answers = journal.known();
    return answers.isEmpty() ? rows : filled(rows, answers);
  }

  private Iterator<Row> filled(Iterator<Row> rows, Map<String, String> answers) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        return fill(rows.next(), answers);
      }
    };
  }

  private Row fill(Row row, Map<String, String> answers) {
    Object[] values = CollectionConverters.asJava(row.toSeq()).toArray();
    IntStream.range(0, keys.size())
        .filter(i -> values[known.get(i)] == null && values[keys.get(i)] != null)
        .forEach(i -> values[known.get(i)] = answers.get(values[keys.get(i)]));
    return RowFactory.create(values);
  }
}
