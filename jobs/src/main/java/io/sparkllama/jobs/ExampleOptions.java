package io.sparkllama.jobs;

import io.sparkllama.jobs.finetune.ExampleForm;
import io.sparkllama.jobs.finetune.Examples;
import io.sparkllama.model.ModelPackage;
import io.sparkllama.task.Choice;
import io.sparkllama.task.Classify;
import io.sparkllama.task.Label;
import io.sparkllama.task.PromptOrder;
import io.sparkllama.task.Sentiment;
import io.sparkllama.task.TaskPrompts;
import io.sparkllama.tokenizer.LlamaTokenizer;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which rows of which columns are examples, and what they are asked. */
final class ExampleOptions {

  private static final String ROLE = "role";
  private static final String CONTENT = "content";

  /** What the adapter is for. */
  enum TaskName {
    SENTIMENT,
    CLASSIFY,
    GENERATE
  }

  @Mixin private InputMixin input;

  @Option(names = "--where", paramLabel = "SQL", description = "Condition on the rows to read.")
  private String where;

  @Option(
      names = "--task",
      required = true,
      paramLabel = "NAME",
      description = {
        "What the adapter is for: ${COMPLETION-CANDIDATES}.",
        "sentiment, classify: the prompts of llama_sentiment and llama_classify, with a text and a"
            + " label in each row.",
        "generate: a prompt and its answer, or a conversation that ends with the answer."
      })
  private TaskName task;

  @Option(
      names = "--label-column",
      defaultValue = "label",
      paramLabel = "NAME",
      description = "Column with the label. Default: ${DEFAULT-VALUE}.")
  private String labelColumn;

  @Option(
      names = "--labels",
      split = ",",
      paramLabel = "NAME",
      description =
          "Labels of classify, in the order in which llama_classify is going to have them."
              + " Default: those of the rows, sorted.")
  private List<String> labels;

  @Option(
      names = "--prompt-column",
      defaultValue = "prompt",
      paramLabel = "NAME",
      description = "Column with the prompt of generate. Default: ${DEFAULT-VALUE}.")
  private String promptColumn;

  @Option(
      names = "--answer-column",
      defaultValue = "answer",
      paramLabel = "NAME",
      description = "Column with its answer. Default: ${DEFAULT-VALUE}.")
  private String answerColumn;

  @Option(
      names = "--messages-column",
      paramLabel = "NAME",
      description = "Column with conversations instead: array<struct<role, content>>.")
  private String messagesColumn;

  @Option(
      names = "--long-text",
      defaultValue = "error",
      paramLabel = "NAME",
      description =
          "Rows that do not fit the context: ${COMPLETION-CANDIDATES}. Default:"
              + " ${DEFAULT-VALUE}.")
  private Examples.LongText longText;

  @Option(
      names = "--held-out",
      defaultValue = "0.05",
      paramLabel = "SHARE",
      description =
          "Share of the rows that is only measured, at most 256 rows; 0: none, and the"
              + " last adapter is kept. Default: ${DEFAULT-VALUE}.")
  private double heldOut;

  @Option(
      names = "--seed",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Of the first weights, the order and the held-out rows. Default:" + " ${DEFAULT-VALUE}.")
  private long seed;

  InputTable table(SparkSession session) {
    return input.table(session);
  }

  Examples.LongText longText() {
    return longText;
  }

  double heldOut() {
    if (heldOut < 0 || heldOut >= 1) {
      throw new JobException(
          Ending.WRONG_USAGE,
          "Invalid --held-out: found %s, expected a share from 0 to less than 1. Change the option."
              .formatted(heldOut));
    }
    return heldOut;
  }

  long seed() {
    return seed;
  }

  /** The rows, once it is certain that they have the columns. */
  Dataset<Row> rows(InputTable table) {
    Dataset<Row> rows = table.read(input.format());
    if (messagesColumn != null) {
      requireMessages(table, rows);
    } else if (task == TaskName.GENERATE) {
      table.requireText(rows, promptColumn, "--prompt-column");
      table.requireText(rows, answerColumn, "--answer-column");
    } else {
      table.requireText(rows, input.textColumn(), "--text-column");
      table.requireText(rows, labelColumn, "--label-column");
    }
    return where == null ? rows : rows.where(where);
  }

  private void requireMessages(InputTable table, Dataset<Row> rows) {
    table.requireColumn(rows, messagesColumn, "--messages-column");
    DataType type = rows.schema().apply(messagesColumn).dataType();
    boolean turns =
        type instanceof ArrayType list
            && list.elementType() instanceof StructType turn
            && List.of(turn.fieldNames()).containsAll(List.of(ROLE, CONTENT));
    if (!turns) {
      throw table.wrongType(
          rows,
          messagesColumn,
          "array<struct<role: string, content: string>>",
          "--messages-column");
    }
  }

  ExampleForm form(
      SparkSession session, ModelPackage model, LlamaTokenizer tokenizer, Dataset<Row> rows) {
    if (messagesColumn != null) {
      return new ExampleForm.Conversation(messagesColumn, tokenizer);
    }
    TaskPrompts prompts = new TaskPrompts(model, tokenizer, order(session));
    return task == TaskName.GENERATE
        ? new ExampleForm.Answered(promptColumn, answerColumn, prompts, tokenizer)
        : new ExampleForm.Labelled(
            choice(rows), input.textColumn(), labelColumn, prompts, tokenizer);
  }

  private Choice choice(Dataset<Row> rows) {
    if (task == TaskName.SENTIMENT) {
      return new Sentiment();
    }
    List<String> names = labels == null ? found(rows) : labels;
    if (names.size() < 2) {
      throw new JobException(
          "Cannot train for classify: found %d labels, expected at least two. Name them with --labels."
              .formatted(names.size()));
    }
    return new Classify(names.stream().map(Label::named).toList());
  }

  private List<String> found(Dataset<Row> rows) {
    return rows
        .select(functions.col("`" + labelColumn.replace("`", "``") + "`"))
        .na()
        .drop()
        .distinct()
        .as(Encoders.STRING())
        .collectAsList()
        .stream()
        .filter(name -> !name.isBlank())
        .sorted()
        .toList();
  }

  /** As the functions of this session have it. */
  private static PromptOrder order(SparkSession session) {
    return PromptOrder.valueOf(
        session
            .conf()
            .get("spark.llama.promptOrder", "instruction_first")
            .toUpperCase(Locale.ROOT));
  }
}
