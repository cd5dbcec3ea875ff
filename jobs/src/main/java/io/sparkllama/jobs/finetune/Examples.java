package io.sparkllama.jobs.finetune;

import io.sparkllama.finetune.TrainingData;
import io.sparkllama.finetune.TrainingExample;
import io.sparkllama.jobs.JobException;
import io.sparkllama.tokenizer.Tokens;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The examples of a table, in an order that depends on them alone and not on how Spark reads.
 *
 * @param data what to learn and to measure with
 * @param empty rows without a text or an answer
 * @param tooLong rows that were left out because they do not fit
 */
public record Examples(TrainingData data, int empty, int tooLong) {

  /** More are not measured: each measuring takes its time from the training. */
  private static final int MOST_HELD_OUT = 256;

  /** What happens to an example that is longer than the model's context. */
  public enum LongText {
    ERROR,
    SKIP
  }

  /**
   * Reads all rows to this machine.
   *
   * @param context most tokens of an example
   * @param heldOut share that is only measured, from 0; chosen by the prompts, so that equal ones
   *     are on one side
   */
  public static Examples read(
      Dataset<Row> rows,
      ExampleForm form,
      int context,
      LongText longText,
      double heldOut,
      long seed) {
    List<TrainingExample> all = new ArrayList<>();
    int empty = 0;
    int tooLong = 0;
    Column[] columns =
        form.columns().stream()
            .map(name -> functions.col("`" + name.replace("`", "``") + "`"))
            .toArray(Column[]::new);
    for (Iterator<Row> left = rows.select(columns).toLocalIterator(); left.hasNext(); ) {
      var example = form.example(left.next());
      if (example.isEmpty()) {
        empty++;
      } else if (example.get().length() > context) {
        tooLong++;
      } else {
        all.add(example.get());
      }
    }
    requireShort(tooLong, longText, context);
    requireSome(all, empty, tooLong);
    all.sort(
        Comparator.comparing((TrainingExample row) -> row.prompt().toArray(), Arrays::compare)
            .thenComparing(row -> row.answer().toArray(), Arrays::compare));
    return new Examples(divided(all, form, heldOut, seed), empty, tooLong);
  }

  private static void requireShort(int tooLong, LongText longText, int context) {
    if (tooLong > 0 && longText == LongText.ERROR) {
      throw new JobException(
          "Cannot train: found %,d rows with more tokens than the model's context of %,d. Shorten them, or leave them out with --long-text skip."
              .formatted(tooLong, context));
    }
  }

  private static void requireSome(List<TrainingExample> all, int empty, int tooLong) {
    if (all.isEmpty()) {
      throw new JobException(
          "Cannot train: found no rows with a text and an answer (%,d without, %,d too long), expected at least one. Check --input and --where."
              .formatted(empty, tooLong));
    }
  }

  private static TrainingData divided(
      List<TrainingExample> all, ExampleForm form, double share, long seed) {
    int count = Math.min(MOST_HELD_OUT, (int) Math.ceil(share * all.size()));
    Set<Tokens> chosen =
        all.stream()
            .map(TrainingExample::prompt)
            .distinct()
            .sorted(Comparator.comparingLong(prompt -> hash(prompt, seed)))
            .limit(count)
            .collect(Collectors.toSet());
    return new TrainingData(
        all.stream().filter(row -> !chosen.contains(row.prompt())).toList(),
        all.stream().filter(row -> chosen.contains(row.prompt())).toList(),
        form.choice());
  }

  private static long hash(Tokens tokens, long seed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(String.valueOf(seed).getBytes(StandardCharsets.UTF_8));
      ByteBuffer ids = ByteBuffer.allocate(tokens.length() * Integer.BYTES);
      tokens.stream().forEach(ids::putInt);
      return ByteBuffer.wrap(digest.digest(ids.array())).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
