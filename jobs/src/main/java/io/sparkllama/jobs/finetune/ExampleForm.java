package io.sparkllama.jobs.finetune;

import io.sparkllama.finetune.TrainingData.LabelChoice;
import io.sparkllama.finetune.TrainingExample;
import io.sparkllama.jobs.JobException;
import io.sparkllama.task.Choice;
import io.sparkllama.task.Generate;
import io.sparkllama.task.TaskInput;
import io.sparkllama.task.TaskPrompts;
import io.sparkllama.tokenizer.ChatMessage;
import io.sparkllama.tokenizer.LlamaTokenizer;
import io.sparkllama.tokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;

/** What the columns of a row are: prompts are those of inference, token by token. */
public sealed interface ExampleForm {

  /** The example of a row with {@link #columns}; none where one of them is null or blank. */
  Optional<TrainingExample> example(Row row);

  /** Columns that rows are read with, in this order. */
  List<String> columns();

  /** Labels to choose from, as inference does. */
  default LabelChoice choice() {
    return LabelChoice.FREE;
  }

  /**
   * A text and its label.
   *
   * @param task that is asked about a text
   */
  record Labelled(
      Choice task, String text, String label, TaskPrompts prompts, LlamaTokenizer tokenizer)
      implements ExampleForm {

    @Override
    public List<String> columns() {
      return List.of(text, label);
    }

    @Override
    public Optional<TrainingExample> example(Row row) {
      if (blank(row, 0) || blank(row, 1)) {
        return Optional.empty();
      }
      int index = task.labels().indexOf(row.getString(1));
      if (index < 0) {
        throw new JobException(
            "Cannot learn from column %s: found a label that is none of %s. Correct the rows, or name all labels with --labels."
                .formatted(label, String.join(", ", task.labels())));
      }
      return Optional.of(
          new TrainingExample(
              prompts.of(task, TaskInput.of(row.getString(0))),
              tokenizer.encodeTurn(task.wordings().get(index)),
              OptionalInt.of(index)));
    }

    @Override
    public LabelChoice choice() {
      List<Tokens> labels = task.wordings().stream().map(tokenizer::encodeAnswer).toList();
      return new LabelChoice(labels, prompts.leaning(task), task.calibration());
    }
  }

  /** A prompt, as {@code llama_generate} takes it, and its answer. */
  record Answered(String prompt, String answer, TaskPrompts prompts, LlamaTokenizer tokenizer)
      implements ExampleForm {

    @Override
    public List<String> columns() {
      return List.of(prompt, answer);
    }

    @Override
    public Optional<TrainingExample> example(Row row) {
      return blank(row, 0) || blank(row, 1)
          ? Optional.empty()
          : Optional.of(
              TrainingExample.of(
                  prompts.of(new Generate(), TaskInput.of(row.getString(0))),
                  tokenizer.encodeTurn(row.getString(1))));
    }
  }

  /** A conversation, as {@code llama_chat} takes it, whose last turn is the answer. */
  record Conversation(String messages, LlamaTokenizer tokenizer) implements ExampleForm {

    @Override
    public List<String> columns() {
      return List.of(messages);
    }

    @Override
    public Optional<TrainingExample> example(Row row) {
      if (row.isNullAt(0) || row.getList(0).isEmpty()) {
        return Optional.empty();
      }
      List<ChatMessage> turns = new ArrayList<>();
      for (Object turn : row.getList(0)) {
        Row message = (Row) turn;
        String role = message.getAs("role");
        String content = message.getAs("content");
        if (role == null || content == null) {
          return Optional.empty();
        }
        turns.add(new ChatMessage(role, content));
      }
      ChatMessage last = turns.remove(turns.size() - 1);
      if (!last.role().equals("assistant") || turns.isEmpty()) {
        throw new JobException(
            "Cannot learn from column %s: found a conversation that does not end with the assistant's answer to a message, expected one. Correct the rows, or leave them out with --where."
                .formatted(messages));
      }
      return last.content().isBlank()
          ? Optional.empty()
          : Optional.of(
              TrainingExample.of(
                  tokenizer.encodeChat(turns), tokenizer.encodeTurn(last.content())));
    }
  }

  private static boolean blank(Row row, int column) {
    return row.isNullAt(column) || row.getString(column).isBlank();
  }
}
